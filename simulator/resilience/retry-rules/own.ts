import {
  ConstantBackoff,
  decorrelatedJitterGenerator,
  ExponentialBackoff,
  fullJitterGenerator,
  halfJitterGenerator,
  noJitterGenerator,
  type GeneratorFn,
  type IBackoffFactory,
} from "cockatiel";
import type { AttemptResult } from "../../call/contract.ts";
import type { OwnRetry } from "../../protocol/spec.ts";
import type { RetryRules } from "./contract.ts";

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
export function isRetryable(spec: OwnRetry, result: AttemptResult, idempotent: boolean): boolean {
  const asked = spec.on.some((reason) => {
    if (reason === "error") return result.outcome === "unavailable";
    if (reason === "timeout") return result.outcome === "timeout";
    if (reason === "5xx") return result.outcome === "failure";
    return result.response?.status === reason;
  });
  return asked && (!result.sent || spec.nonIdempotent || idempotent);
}

/** Again after a pause of cockatiel's backoffs. `attempts` counts the first one too. */
export function ownRetry(spec: OwnRetry): RetryRules {
  const factory = backoffOf(spec);
  return {
    reuse: true,
    begin(call) {
      let made = 0;
      let backoff: ReturnType<typeof factory.next> | undefined;
      return {
        after(result) {
          made++;
          const more = made < spec.attempts && call.replayable;
          if (!more || !isRetryable(spec, result, call.idempotent)) return undefined;
          backoff = (backoff ?? factory).next(undefined);
          return { pauseMs: backoff.duration, stay: false };
        },
      };
    },
  };
}

function backoffOf(spec: OwnRetry): IBackoffFactory<unknown> {
  if (spec.backoff === "constant") return new ConstantBackoff(spec.initial);
  return new ExponentialBackoff({
    initialDelay: spec.initial,
    maxDelay: spec.max,
    // Each generator has a state of its own type, which only cockatiel looks into.
    generator: GENERATORS[spec.jitter] as GeneratorFn<unknown>,
  });
}
