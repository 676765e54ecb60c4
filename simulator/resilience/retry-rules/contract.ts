import type { Redispatch } from "../../balancing/contract.ts";
import type { AttemptResult } from "../../call/contract.ts";

/** What the rules may know of a call. */
export interface RetriedCall {
  readonly method: string;
  /** Whether sending it twice is harmless by the caller's own word. */
  readonly idempotent: boolean;
  /** Whether the request's body can be sent once more. */
  readonly replayable: boolean;
  /** Attempts that the balancer allows at most. */
  readonly tries: number;
  /**
   * What HAProxy's `option redispatch` means for a retry now; undefined: nothing special.
   * @param sent whether the request of the attempt that failed went out
   */
  redispatch?(sent: boolean): Redispatch | undefined;
}

/** What follows an attempt. */
export interface RetryStep {
  readonly pauseMs: number;
  /** Whether the next attempt goes to the same instance, if it can. */
  readonly stay: boolean;
}

/** The retries of one call. */
export interface Retries {
  /** What follows this attempt, `elapsedMs` after the call began; undefined: nothing. */
  after(result: AttemptResult, elapsedMs: number): RetryStep | undefined;
}

/** When and where a call is tried again; made once for a service. */
export interface RetryRules {
  /** Whether an instance may be tried again when all have been. */
  readonly reuse: boolean;
  /** Whether a call may leave the queue of an instance that goes away. */
  readonly redispatch?: boolean;
  /** The program's HTTP status for a call without an answer; undefined: the gateway's own. */
  statusOf?(result: AttemptResult): number | undefined;
  begin(call: RetriedCall): Retries;
}
