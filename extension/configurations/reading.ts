import type {
  ConfigurationFinding,
  ConfigurationId,
  ReadConfiguration,
} from "../../simulator/protocol/configuration-requests.ts";
import { ServiceSpec } from "../../simulator/protocol/spec.ts";

/** What the reader made of one configuration. */
export type Reading = ReadConfiguration;
/** One upstream, backend or listen section. */
export type ReadUpstream = Reading["services"][number];
/** What the reader, or the writer, has to say about a line. */
export type Finding = ConfigurationFinding;

/** Programs whose configurations are read and written. */
export const PROGRAMS: Readonly<Record<ConfigurationId, string>> = {
  nginx: "nginx",
  haproxy: "HAProxy",
  envoy: "Envoy",
};

/** The service that an upstream becomes, defaults filled in. */
export function serviceOf({ service }: ReadUpstream): ServiceSpec {
  return ServiceSpec.parse(service);
}

/** What its program calls it: `upstream`, `backend`. */
export function nounOf(format: Reading["format"]): string {
  return format === "nginx" ? "upstream" : "backend";
}
