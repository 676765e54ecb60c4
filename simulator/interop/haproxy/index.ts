import type { ConfigurationFormat } from "../contract.ts";
import { readHaproxy } from "./read.ts";
import { recognises } from "./recognise.ts";
import { writeHaproxy } from "./write.ts";

/** HAProxy's configuration, read and written. */
export const haproxy: ConfigurationFormat = {
  id: "haproxy",
  label: "HAProxy",
  recognises,
  read: readHaproxy,
  write: writeHaproxy,
};
