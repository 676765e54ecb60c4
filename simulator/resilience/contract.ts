import type { AttemptResult } from "../call/contract.ts";
import type { Breaker } from "./breakers/contract.ts";

/** What is known of an attempt while it runs; says what a timeout interrupted. */
export interface AttemptProgress {
  instance?: string;
  /** Whether the instance may have seen the request. */
  sent: boolean;
  faults?: readonly string[];
}

/** One call as the layers around its attempts see it. Numbers are 1-based. */
export interface GuardedCall {
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
  readonly idempotent: boolean;
  /** Whether the request's body can be sent once more. */
  readonly replayable: boolean;
  /** Makes one attempt. Rejects only by a bug or by the signal. */
  attempt(number: number, signal: AbortSignal, progress: AttemptProgress): Promise<AttemptResult>;
  /** An attempt is over, also one that breaker or bulkhead refused. */
  ended(number: number, result: AttemptResult): void;
  /** There will be another attempt after this pause. */
  retrying(number: number, backoffMs: number): void;
  /** Answers otherwise; only called when the service has a fallback. */
  fallback(because: AttemptResult): Promise<AttemptResult>;
}

/** The layers around the attempts at one service: fallback(retry(breaker(bulkhead(timeout)))). */
export interface Guard {
  readonly breaker: Breaker | undefined;
  readonly breakerTitle: string | undefined;
  /** Runs a call through all layers; never rejects but by a bug. */
  run(call: GuardedCall): Promise<AttemptResult>;
}
