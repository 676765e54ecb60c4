import type { FaultyPath, Wire } from "../call/contract.ts";
import type { Clock } from "../kernel/clock.ts";
import type { EventLog } from "../kernel/event-log.ts";
import type { Scope } from "../kernel/scope.ts";
import type { Account } from "./program-process.ts";

/** What installed programs as data planes need of the cluster. */
export interface PlaneDeps {
  readonly clock: Clock;
  readonly log: EventLog;
  /** Carries calls to the programs. */
  readonly wire: Wire & { forget(host: string, port: number): void };
  readonly faults: FaultyPath;
  /** Asked for when the first program starts. */
  account(): Account;
  /** Where programs are looked for: the path of this environment. */
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** Everything ends with it. */
  readonly scope: Scope;
}
