import type { AttemptResult } from "../call/contract.ts";
import type { Breaker } from "./breakers/contract.ts";
import type { RetriedCall } from "./retry-rules/contract.ts";

/** What is known of an attempt while it runs; says what a timeout interrupted. */
export interface AttemptProgress {
  instance?: string;
  /** Whether the instance may have seen the request. */
  sent: boolean;
  faults?: readonly string[];
}

/** How the guard wants an attempt to be made. */
export interface AttemptAsk {
  /** 1-based. */
  readonly number: number;
  /** At the same instance as before, if it can be. */
  readonly stay: boolean;
  readonly progress: AttemptProgress;
  /** Runs what may take the service's `timeout`: not the wait in a balancer's queue. */
  limited(
    signal: AbortSignal,
    run: (signal: AbortSignal) => Promise<AttemptResult>,
  ): Promise<AttemptResult>;
}

/** One call as the layers around its attempts see it. Numbers are 1-based. */
export interface GuardedCall extends RetriedCall {
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
  /** Makes one attempt. Rejects only by a bug, by the signal, or by the time limit. */
  attempt(ask: AttemptAsk, signal: AbortSignal): Promise<AttemptResult>;
  /**
   * An attempt is over, also one that breaker or bulkhead refused; `again`: another follows,
   * `stay`: at the same instance.
   */
  ended(number: number, result: AttemptResult, again: boolean, stay: boolean): void;
  /** There will be another attempt after this pause. */
  retrying(number: number, backoffMs: number): void;
  /** Answers otherwise; only called when the service has a fallback. */
  fallback(because: AttemptResult): Promise<AttemptResult>;
}

/** The layers around the attempts at one service: fallback(retry(breaker(bulkhead(timeout)))). */
export interface Guard {
  readonly breaker: Breaker | undefined;
  readonly breakerTitle: string | undefined;
  /** Whether the rules of the retry let an instance be tried again when all have been. */
  readonly reuse: boolean;
  /** Whether the rules of the retry let a call leave the queue of an instance that goes away. */
  readonly redispatch: boolean;
  /** The HTTP status for a call that ended without an answer, where the rules name one. */
  statusOf(result: AttemptResult): number | undefined;
  /** Runs a call through all layers; never rejects but by a bug. */
  run(call: GuardedCall): Promise<AttemptResult>;
}
