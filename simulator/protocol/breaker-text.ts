import type { BreakerState } from "./breaker-model.ts";

/**
 * A breaker's state in a few words, the same in tree, lens and panel: `closed`,
 * `open, probe in 4 s`, `half-open`, `forced-open, 12 s left`.
 */
export function breakerText(breaker: BreakerState, now: number): string {
  const { status, probeAt, until } = breaker;
  if (until !== undefined) return `${status}, ${leftText(until - now)} left`;
  if (status !== "open" || probeAt === undefined) return status;
  return probeAt > now ? `open, probe in ${leftText(probeAt - now)}` : "open, next call probes";
}

/** Time left in whole units that have begun: `4 s`, `119 s`, `3 min`, `23 h`. */
export function leftText(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 120) return `${String(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${String(minutes)} min` : `${String(Math.ceil(minutes / 60))} h`;
}
