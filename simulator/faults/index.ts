import type { FaultSpec } from "../protocol/model.ts";
import type { FaultKind } from "./contract.ts";
import { errorRate } from "./error-rate.ts";
import { freeze } from "./freeze.ts";
import { kill } from "./kill.ts";
import { latency } from "./latency.ts";
import { refuseConnections } from "./refuse-connections.ts";
import { restart } from "./restart.ts";

/** Every fault that can be injected. */
export const faultKinds = [kill, freeze, restart, latency, errorRate, refuseConnections] as const;

/** The kind of a fault's settings. */
export function faultKindOf(spec: FaultSpec): FaultKind {
  const kind = faultKinds.find((candidate) => candidate.id === spec.kind);
  if (!kind) throw new RangeError(`There is no fault "${spec.kind}".`);
  return kind;
}
