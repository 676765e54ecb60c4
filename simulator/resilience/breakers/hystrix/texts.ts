import { formatDuration } from "../../../protocol/units.ts";
import type { BreakerSpecOf } from "../../../protocol/spec.ts";

/* The texts of the library's exceptions, without the command's name that goes before some. */

export const SHORT_CIRCUITED = "Hystrix circuit short-circuited and is OPEN";
export const TIMED_OUT = "timed-out";
export const NO_THREAD = "could not be queued for execution";
export const NO_SEMAPHORE = "could not acquire a semaphore for execution";

/** What `HystrixRuntimeException` calls an error; anything that the call itself threw `failed`. */
const MESSAGES = new Map([
  [SHORT_CIRCUITED, "short-circuited"],
  [TIMED_OUT, TIMED_OUT],
  [NO_THREAD, NO_THREAD],
  [NO_SEMAPHORE, NO_SEMAPHORE],
]);

/** The exception's text, and what it names as its cause and as `getFallbackException`. */
export function fallbackFailed(fallback: string, run: string): string {
  const message = MESSAGES.get(run);
  const cause = message === undefined ? ` Caused by: ${run}.` : "";
  return `${message ?? "failed"} and fallback failed.${cause} Fallback: ${fallback}`;
}

/** When a breaker with these settings opens, in one sentence. */
export function ruleOf(spec: BreakerSpecOf<"hystrix">): string {
  if (!spec.circuitBreakerEnabled) return "It never opens: `circuitBreakerEnabled` is false.";
  const volume = spec.circuitBreakerRequestVolumeThreshold;
  const percent = spec.circuitBreakerErrorThresholdPercentage;
  const window = formatDuration(spec.metricsRollingStatisticalWindowInMilliseconds);
  const bucket = formatDuration(spec.metricsHealthSnapshotIntervalInMilliseconds);
  const when =
    spec.release === "1.5.18"
      ? `when a call comes and the finished buckets of ${bucket} hold`
      : `at the end of a bucket of ${bucket} when the finished ones hold`;
  return (
    `It opens ${when} at least ${String(volume)} requests of the last ${window}, ` +
    `${String(percent)}% of them or more with errors.`
  );
}
