import type { BreakerState } from "./breaker-model.ts";

/**
 * A breaker's state in a few words, the same in tree, lens and panel: `closed`,
 * `open, probe in 4 s`, `half-open`, `forced-open, 12 s left`.
 */
export function breakerText(breaker: BreakerState, now: number): string {
  const { status, probeAt, until } = breaker;
  if (until !== undefined) return `${status}, ${secondsUntil(until, now)} s left`;
  if (status !== "open" || probeAt === undefined) return status;
  return probeAt > now
    ? `open, probe in ${secondsUntil(probeAt, now)} s`
    : "open, next call probes";
}

function secondsUntil(at: number, now: number): string {
  return String(Math.max(1, Math.ceil((at - now) / 1000)));
}
