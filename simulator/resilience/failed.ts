import type { AttemptResult } from "../call/contract.ts";
import type { AttemptProgress } from "./contract.ts";

/** Outcomes for which a fallback answers, and which a breaker counts. */
export function hasFailed({ outcome }: AttemptResult): boolean {
  return outcome !== "success" && outcome !== "canceled";
}

/** The end of a try that no instance answered, with what is known of it. */
export function endedBy(
  outcome: AttemptResult["outcome"],
  { instance, sent, faults }: AttemptProgress,
  error: string,
): AttemptResult {
  return {
    outcome,
    ...(instance !== undefined && { instance }),
    sent,
    ...(faults && { faults }),
    error,
  };
}
