import type { AttemptOutcome } from "../protocol/model.ts";
import { formatDuration } from "../protocol/units.ts";
import type { Try } from "../resilience/contract.ts";
import type { AttemptResult } from "./contract.ts";

/** A try that no instance answered, with what is known of it. */
export function unanswered(outcome: AttemptOutcome, tried: Try, error: string): AttemptResult {
  return { outcome, ...tried.progress, error };
}

/** It took longer than one attempt may. */
export function late(tried: Try, ms: number): AttemptResult {
  return unanswered("timeout", tried, `No answer within ${formatDuration(ms)}.`);
}

/** The caller does not wait any longer. */
export function outOfTime(tried: Try): AttemptResult {
  return unanswered("timeout", tried, "The deadline of the call has passed.");
}

/** No instance was free, or there is none. */
export function nobody(service: string, queuedMs: number | undefined): AttemptResult {
  if (queuedMs === undefined) {
    const error = `No instance of "${service}" is eligible.`;
    return { outcome: "unavailable", sent: false, error };
  }
  const error = `No connection to an instance of "${service}" became free within ${formatDuration(Math.round(queuedMs))}.`;
  return { outcome: "rejected", sent: false, error };
}
