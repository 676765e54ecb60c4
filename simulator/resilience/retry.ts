import {
  ConstantBackoff,
  decorrelatedJitterGenerator,
  ExponentialBackoff,
  fullJitterGenerator,
  halfJitterGenerator,
  handleWhenResult,
  noJitterGenerator,
  retry,
  type GeneratorFn,
  type IBackoff,
  type IBackoffFactory,
  type IRetryBackoffContext,
  type RetryPolicy,
} from "cockatiel";
import type { AttemptResult } from "../call/contract.ts";
import type { ServiceSpec } from "../protocol/spec.ts";

type RetrySpec = NonNullable<ServiceSpec["retry"]>;

const GENERATORS = {
  none: noJitterGenerator,
  full: fullJitterGenerator,
  half: halfJitterGenerator,
  decorrelated: decorrelatedJitterGenerator,
};

/**
 * Whether an attempt's result asks for another one. What the instance may have seen is repeated
 * only when that is harmless (nginx's rule for `non_idempotent`).
 */
export function isRetryable(spec: RetrySpec, result: AttemptResult, idempotent: boolean): boolean {
  const asked = spec.on.some((reason) => {
    if (reason === "error") return result.outcome === "unavailable";
    if (reason === "timeout") return result.outcome === "timeout";
    if (reason === "5xx") return result.outcome === "failure";
    return result.response?.status === reason;
  });
  return asked && (!result.sent || spec.nonIdempotent || idempotent);
}

/** What a retry policy must know of a result besides: the call that it belongs to. */
export interface RetriedResult {
  readonly retryable: boolean;
  /** Told of the pause before the next attempt. */
  pausing(backoffMs: number): void;
}

/** cockatiel's retry with the service's backoff. `attempts` counts the first one too. */
export function retryPolicy(spec: RetrySpec): RetryPolicy {
  return retry(
    handleWhenResult((result) => (result as RetriedResult).retryable),
    { maxAttempts: spec.attempts - 1, backoff: new Announced(backoffOf(spec)) },
  );
}

type Context = IRetryBackoffContext<unknown>;

function backoffOf(spec: RetrySpec): IBackoffFactory<Context> {
  if (spec.backoff === "constant") return new ConstantBackoff(spec.initial);
  return new ExponentialBackoff({
    initialDelay: spec.initial,
    maxDelay: spec.max,
    // Each generator has a state of its own type, which only cockatiel looks into.
    generator: GENERATORS[spec.jitter] as GeneratorFn<unknown>,
  });
}

/**
 * A backoff that tells each pause to the call, which waits by itself: cockatiel's own pause cannot
 * be interrupted when the caller goes away.
 */
class Announced implements IBackoffFactory<Context> {
  readonly #inner: IBackoffFactory<Context>;

  constructor(inner: IBackoffFactory<Context>) {
    this.#inner = inner;
  }

  next(context: Context): IBackoff<Context> {
    const inner = this.#inner.next(context);
    if ("value" in context.result) (context.result.value as RetriedResult).pausing(inner.duration);
    const following = new Announced(inner);
    return { duration: 0, next: (later) => following.next(later) };
  }
}
