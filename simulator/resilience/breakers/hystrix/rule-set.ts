import type { TransitionCause } from "../../../protocol/breaker-model.ts";

/** A single call that may close an open circuit; told apart by what it is. */
export interface SingleTest {
  /** The opening that it tests. */
  readonly period: number;
}

/** `undefined`: as any call of a closed circuit. */
export type Verdict = { readonly passes: false } | { readonly passes: true; test?: SingleTest };

export const PASSES: Verdict = { passes: true };
export const REFUSED: Verdict = { passes: false };

/** What a release's rules ask of the engine around them. */
export interface RuleSetHost {
  readonly sleepWindowMs: number;
  /** `System.currentTimeMillis()`. */
  now(): number;
  /** Whether the finished buckets hold enough requests and too many errors. */
  isUnhealthy(): boolean;
  /** Does what may change the status; tells of the change. */
  change(cause: TransitionCause, act: () => void): void;
  /** `HystrixCommandMetrics.resetStream`. */
  restartWindow(): void;
}

/** `HystrixCircuitBreakerImpl` of one release. */
export interface RuleSet {
  readonly status: "closed" | "open" | "half-open";
  /** From when the sleep window counts, in whole epoch ms; only while not closed. */
  readonly openedAt: number;
  /** Whether it opens at the end of a bucket by itself; otherwise only when a call asks. */
  readonly opensByItself: boolean;
  /** The totals have changed, at the end of a bucket. */
  ticked(at: number): void;
  /** Whether a call may pass. */
  ask(): Verdict;
  /** A call passes anyway, since it is forced closed. */
  askForced(): void;
  succeeded(test: SingleTest | undefined): void;
  /** Failed, timed out, or the thread pool rejected it. */
  failed(test: SingleTest | undefined): void;
  /** Canceled, or the semaphore rejected it: the library marks nothing. */
  abandoned(test: SingleTest | undefined): void;
  /** By hand: the next call is a single test. */
  arm(): void;
  /** By hand: closed. */
  reset(): void;
}
