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
  { readonly ms: number } | { readonly unexpected: string } | { readonly overflow: true };

export function parseTime(text: string): Time {
  const [, digits = "", unit = ""] = /^(\d*)(us|ms|[smhd])?/.exec(text) ?? [];
  const rest = text.slice(digits.length + unit.length);
  if (digits === "") return { unexpected: text.charAt(0) };
  if (rest !== "") return { unexpected: rest.charAt(0) };
  // Microseconds are rounded up.
  const ms = Math.ceil(Number(digits) * (UNITS_IN_MS[unit] ?? 1) - 1e-9);
  return ms > MOST_MS ? { overflow: true } : { ms };
}
