import { hasRelease } from "../../kernel/release.ts";

/** A number as C's `atol` reads it into an `int`: what begins as none is 0, what is behind is not read. */
export function cInt(text: string): number {
  const digits = /^[ \t\n\v\f\r]*([+-]?\d+)/.exec(text)?.[1];
  if (digits === undefined) return 0;
  const long = BigInt(digits.replace("+", ""));
  const [most, least] = [2n ** 63n - 1n, -(2n ** 63n)];
  return Number(BigInt.asIntN(32, long > most ? most : long < least ? least : long));
}

const UNITS_IN_MS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const MOST_MS = 2 ** 31 - 1;

/** What HAProxy makes of a time; without unit it is in milliseconds. */
export type Time =
  | { readonly ms: number; /** What it warns of. */ readonly warning?: string }
  | { readonly unexpected: string }
  | { readonly overflow: true };

export function parseTime(text: string, version: string | undefined): Time {
  const [, digits = "", unit = ""] = /^(\d*)(us|ms|[smhd])?/.exec(text) ?? [];
  const next = text.charAt(digits.length + unit.length);
  if (digits === "") return { unexpected: text.charAt(0) };
  if (next !== "" && (unit === "" || hasRelease(version, "2.8"))) return { unexpected: next };
  // Microseconds are rounded up.
  const ms = Math.ceil(Number(digits) * (UNITS_IN_MS[unit] ?? 1) - 1e-9);
  if (ms > MOST_MS) return { overflow: true };
  if (next === "") return { ms };
  const what = `unexpected character '${next}' after the timer value '${text}'`;
  const known = "(us=microseconds,ms=milliseconds,s=seconds,m=minutes,h=hours,d=days)";
  const later = "This will be reported as an error in next versions.";
  return { ms, warning: `${what}, only ${known} are supported. ${later}` };
}
