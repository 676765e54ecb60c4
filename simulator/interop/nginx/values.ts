/* nginx's own reading of numbers, sizes and times; undefined where it refuses. */

const LARGEST = 2n ** 63n - 1n;

/** `ngx_atoi`: digits alone. */
export function parseInteger(text: string): number | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const digits = text.replace(/^0+(?=\d)/, "");
  return digits.length > 19 || BigInt(digits) > LARGEST ? undefined : Number(digits);
}

const SIZES: Readonly<Record<string, bigint>> = { k: 2n ** 10n, m: 2n ** 20n, g: 2n ** 30n };

/** `ngx_parse_size`, or with `g` too `ngx_parse_offset`, in bytes. */
export function parseSize(text: string, units: "km" | "kmg"): number | undefined {
  const unit = text.slice(-1).toLowerCase();
  const factor = units.includes(unit) && unit !== "" ? (SIZES[unit] ?? 1n) : 1n;
  const number = parseInteger(factor === 1n ? text : text.slice(0, -1));
  if (number === undefined || BigInt(number) * factor > LARGEST) return undefined;
  return number * Number(factor);
}

/** Units in the order in which they may follow each other, in seconds. */
const TIMES: readonly (readonly [unit: string, seconds: number])[] = [
  ["y", 365 * 86_400],
  ["M", 30 * 86_400],
  ["w", 7 * 86_400],
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
];
const MILLISECONDS = TIMES.length;
const NO_UNIT = MILLISECONDS + 1;

/**
 * `ngx_parse_time`, in ms: `1h 30m`. Where nginx counts in seconds it takes no `ms`, where it
 * counts in ms no `y` and `M`.
 */
export function parseTime(text: string, counts: "seconds" | "ms"): number | undefined {
  const largestMs = Number(LARGEST) * (counts === "seconds" ? 1000 : 1);
  let step = counts === "seconds" ? -1 : 1;
  let totalMs = 0;
  let valid = false;
  for (const [, digits = "", unit = "", spaces = ""] of text.matchAll(/(\d*)(ms|[\s\S]|$)( *)/g)) {
    if (digits === "" && unit === "" && spaces === "") continue;
    valid ||= digits !== "";
    let next = TIMES.findIndex(([name]) => name === unit);
    if (unit === "ms") next = MILLISECONDS;
    else if (unit === " " || unit === "") next = NO_UNIT;
    if (next < 0 || (unit === "ms" && counts === "seconds")) return undefined;
    // A number without a unit counts in seconds, wherever it stands at the end.
    if (unit !== "" && (unit === " " ? step >= MILLISECONDS - 1 : step >= next)) return undefined;
    const number = parseInteger(digits === "" ? "0" : digits);
    if (number === undefined) return undefined;
    totalMs += number * (unit === "ms" ? 1 : (TIMES[next]?.[1] ?? 1) * 1000);
    if (totalMs > largestMs) return undefined;
    step = next;
  }
  return valid ? totalMs : undefined;
}
