import type { ServiceSpec } from "../protocol/spec.ts";
import type { HealthKind } from "./contract.ts";
import { httpHealth } from "./http.ts";
import { tcpHealth } from "./tcp.ts";

type HealthSpec = ServiceSpec["health"];

/** All ways to check health. */
export const healthKinds: readonly [HealthKind<HealthSpec>, ...HealthKind<HealthSpec>[]] = [
  httpHealth,
  tcpHealth,
];
