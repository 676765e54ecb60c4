import type { BreakerState } from "./breaker-model.ts";
import { leftText } from "./figure-text.ts";

/**
 * A breaker's state in a few words, the same in tree, lens and panel: `closed`,
 * `open, probe in 4s`, `half-open`, `forced-open, 12s left`.
 */
export function breakerText(breaker: BreakerState, now: number): string {
  const { status, probeAt, until } = breaker;
  if (until !== undefined) return `${status}, ${leftText(until - now)} left`;
  if (status !== "open" || probeAt === undefined) return status;
  return probeAt > now ? `open, probe in ${leftText(probeAt - now)}` : "open, next call probes";
}
