import type { ConfigurationFormat } from "../contract.ts";
import { read } from "./read.ts";
import { recognises } from "./recognise.ts";
import { write } from "./write.ts";

/** nginx's configuration, read and written. */
export const nginx: ConfigurationFormat = { id: "nginx", label: "nginx", recognises, read, write };
