import type { Beginning, CallSubject, Selection } from "../balancing/contract.ts";
import type { Clock } from "../kernel/clock.ts";
import type { EventLog } from "../kernel/event-log.ts";
import type { ServiceSpec } from "../protocol/spec.ts";
import type { Guard } from "../resilience/contract.ts";
import type { AttemptDeps } from "./attempt.ts";

/** One service as calls see it. */
export interface CallableService {
  readonly spec: ServiceSpec;
  readonly guard: Guard;
  /** Begins the picks of one call; whatever is picked must be ended. */
  begin(subject: CallSubject, beginning: Beginning): Selection;
}

export interface PipelineDeps extends AttemptDeps {
  readonly clock: Clock;
  /** Absent: nothing is recorded, neither facts nor decisions. */
  readonly log: EventLog | undefined;
  service(name: string): CallableService | undefined;
  /** A new call id: 16 hex digits. */
  readonly newId: () => string;
}
