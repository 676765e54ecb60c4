import { formatDuration } from "../../../protocol/units.ts";
import type { BreakerSpecOf } from "../../../protocol/spec.ts";

/* The texts of the library's exceptions. */

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
export function fallbackFailed(name: string, fallback: string, run: string): string {
  return `${failureOf(name, run)} and fallback failed.${causeOf(run)} Fallback: ${fallback}`;
}

/** The exception's text when the fallback's semaphore is full. */
export function fallbackRejected(name: string): string {
  return after(name, "fallback execution rejected.");
}

/** The exception's text when fallbacks are switched off. */
export function fallbackDisabled(name: string, run: string): string {
  return `${failureOf(name, run)} and fallback disabled.${causeOf(run)}`;
}

function failureOf(name: string, run: string): string {
  return after(name, MESSAGES.get(run) ?? "failed");
}

/** What the call itself threw; the library's own errors are in its message. */
function causeOf(run: string): string {
  return MESSAGES.has(run) ? "" : ` Caused by: ${run.replace(/\.$/, "")}.`;
}

/** With the command's name before it (`getLogMessagePrefix`). */
function after(name: string, text: string): string {
  return name === "" ? text : `${name} ${text}`;
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
