import type { ConfigurationFormat } from "../contract.ts";
import { writeEnvoy } from "./write.ts";

/** Envoy's configuration, written only. */
export const envoy: ConfigurationFormat = {
  id: "envoy",
  label: "Envoy",
  recognises: () => false,
  write: writeEnvoy,
};
