import type { FaultSpec } from "../protocol/model.ts";
import { abortAfterHead } from "./abort-after-head.ts";
import { abortBeforeHead } from "./abort-before-head.ts";
import type { FaultKind } from "./contract.ts";
import { crashLoop } from "./crash-loop.ts";
import { freeze } from "./freeze.ts";
import { kill } from "./kill.ts";
import { latency } from "./latency.ts";
import { loseLease } from "./lose-lease.ts";
import { noAnswer } from "./no-answer.ts";
import { partition } from "./partition.ts";
import { refuseConnections } from "./refuse-connections.ts";
import { reset } from "./reset.ts";
import { restart } from "./restart.ts";
import { script } from "./script.ts";
import { slowBody } from "./slow-body.ts";
import { status } from "./status.ts";
import { truncatedBody } from "./truncated-body.ts";

/** Every fault that can be injected. */
export const faultKinds = [
  latency,
  status,
  script,
  refuseConnections,
  reset,
  noAnswer,
  abortBeforeHead,
  abortAfterHead,
  slowBody,
  truncatedBody,
  partition,
  kill,
  freeze,
  restart,
  crashLoop,
  loseLease,
] as const;

/** The kind of a fault's settings. */
export function faultKindOf(spec: FaultSpec): FaultKind {
  const kind = faultKinds.find((candidate) => candidate.id === spec.kind);
  if (!kind) throw new RangeError(`There is no fault "${spec.kind}".`);
  return kind;
}
