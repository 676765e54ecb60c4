/*
 * Times and shares as people read them, the same in tree, lens, panel, page, log and command line,
 * and written as in the cluster file: `31ms`, `1.2s`, `58%`. Rounded; what is exact is in units.ts.
 */

/** How long something took or takes: `0ms`, `0.4ms`, `31ms`, `1.42s`, `34.9s`, `3m`, `2h`. */
export function durationText(ms: number): string {
  if (ms < 9.95) return `${trimmed(ms, 1)}ms`;
  if (ms < 999.5) return `${trimmed(ms, 0)}ms`;
  if (ms < 9995) return `${trimmed(ms / 1000, 2)}s`;
  if (ms < 119_950) return `${trimmed(ms / 1000, 1)}s`;
  const minutes = Math.round(ms / 60_000);
  return minutes < 120 ? `${String(minutes)}m` : `${String(Math.round(ms / 3_600_000))}h`;
}

/** Time left in whole units that have begun: `4s`, `119s`, `3m`, `23h`. */
export function leftText(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 120) return `${String(seconds)}s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${String(minutes)}m` : `${String(Math.ceil(minutes / 60))}h`;
}

/** Time left, at the end in tenths of a second: `1.9s`, `12s`, `3m`; never below zero. */
export function countdownText(ms: number): string {
  const tenths = Math.ceil(Math.max(0, ms) / 100);
  return tenths < 100 ? `${(tenths / 10).toFixed(1)}s` : leftText(ms);
}

/** A share of 1: `58%`; one that is not nothing is never shown as 0: `<1%`. */
export function shareText(share: number): string {
  if (share > 0 && share < 0.005) return "<1%";
  return `${(share * 100).toFixed(0)}%`;
}

/** A share of 1 of which a small one matters too: `12%`, `2.1%`. */
export function smallShareText(share: number): string {
  const percent = share * 100;
  return `${percent > 0 && percent < 9.95 ? percent.toFixed(1) : percent.toFixed(0)}%`;
}

/** A share of 1 that stands beside others: `12.3%`. */
export function comparedShareText(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

/** A percentage as it was set or counted: `50%`, `49.5%`. */
export function percentText(percent: number): string {
  return `${trimmed(percent, 1)}%`;
}

function trimmed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return digits === 0 ? text : text.replace(/\.?0+$/, "");
}
