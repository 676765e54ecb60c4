import type { ConfigurationFormat } from "./contract.ts";
import { envoy } from "./envoy/index.ts";
import { haproxy } from "./haproxy/index.ts";
import { nginx } from "./nginx/index.ts";

/** Every configuration that can be read or written. */
export const formats: readonly ConfigurationFormat[] = [nginx, haproxy, envoy];

/** The format of an id, such as `haproxy`. */
export function formatOf(id: ConfigurationFormat["id"]): ConfigurationFormat | undefined {
  return formats.find((format) => format.id === id);
}

/** The format that a file looks like, if it is one that can be read. */
export function formatFor(path: string, text: string): ConfigurationFormat | undefined {
  return formats.find((format) => format.read !== undefined && format.recognises(path, text));
}
