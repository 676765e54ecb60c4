import { z } from "zod";

const FACTORS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Parses `250ms`, `5s`, `1.5m`, `1h` into milliseconds; undefined when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim());
  const factor = match?.[2] === undefined ? undefined : FACTORS[match[2]];
  // Rounded to nanoseconds: 16.1 × 1000 is a little more than 16100.
  return match && factor !== undefined ? rounded(Number(match[1]) * factor, 1e6) : undefined;
}

/** The shortest exact text of a duration: `250ms`, `5s`, `2m`. The inverse of {@link parseDuration}. */
export function formatDuration(ms: number): string {
  if (ms >= 60_000 && ms % 60_000 === 0) return `${String(ms / 60_000)}m`;
  if (ms >= 1000 && ms % 100 === 0) return `${String(ms / 1000)}s`;
  return `${String(ms)}ms`;
}

/** Parses `50%` or `0.5%` into a fraction of 1; undefined when the text is no percentage. */
export function parsePercentage(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim());
  // As the decimal number that it is: 0.7 / 100 is not 0.007.
  return match ? Number(`${match[1] ?? ""}e-2`) : undefined;
}

/** The text of a fraction of 1: `50%`, `0.5%`. The inverse of {@link parsePercentage}. */
export function formatPercentage(fraction: number): string {
  return `${String(rounded(fraction * 100, 1e10))}%`;
}

function rounded(value: number, perUnit: number): number {
  return Math.round(value * perUnit) / perUnit;
}

/** Parses `512`, `64kb`, `1mb` (powers of 1024) into bytes; undefined when the text is no size. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+)(b|kb|mb|gb)?$/i.exec(text.trim());
  if (!match) return undefined;
  const power = ["b", "kb", "mb", "gb"].indexOf((match[2] ?? "b").toLowerCase());
  return Number(match[1]) * 1024 ** power;
}

/** The shortest exact text of a size: `512`, `64kb`, `1mb`. The inverse of {@link parseSize}. */
export function formatSize(bytes: number): string {
  if (bytes >= 1024 ** 2 && bytes % 1024 ** 2 === 0) return `${String(bytes / 1024 ** 2)}mb`;
  if (bytes >= 1024 && bytes % 1024 === 0) return `${String(bytes / 1024)}kb`;
  return String(bytes);
}

const DURATION = "Expected a duration such as 250ms, 5s or 1m.";
const PERCENTAGE = "Expected a percentage such as 50%.";

/** Says so of what is no text, too, such as a number without its unit. */
function unlessMissing(sentence: string) {
  return {
    error: ({ input }: { input?: unknown }) => (input === undefined ? undefined : sentence),
  };
}

/** Timers cannot wait longer than 2^31 ms, a little less than 25 days. */
const LONGEST_MS = 24 * 86_400_000;

/** A duration in the cluster file (`250ms`, `5s`, `1m`), as milliseconds once parsed. */
export const Duration = z
  .string(unlessMissing(DURATION))
  .regex(/^\d+(\.\d+)?(ms|s|m|h)$/, DURATION)
  .transform((text) => parseDuration(text) ?? 0)
  .refine((ms) => ms <= LONGEST_MS, "Expected a duration of at most 24 days.");

/** A duration that cannot be nothing. */
export const PositiveDuration = Duration.refine((ms) => ms > 0, "Expected more than no time.");

/** A percentage in the cluster file (`50%`), as a fraction of 1 once parsed. */
export const Percentage = z
  .string(unlessMissing(PERCENTAGE))
  .regex(/^\d+(\.\d+)?\s*%$/, PERCENTAGE)
  .transform((text) => parsePercentage(text) ?? 0)
  .refine((fraction) => fraction <= 1, "Expected a percentage between 0% and 100%.");

/** A size in the cluster file (`512`, `64kb`, `1mb`), as bytes once parsed. */
export const Size = z
  .union([z.string(), z.number().int().nonnegative()])
  .refine((size) => parseSize(String(size)) !== undefined, "Expected a size such as 64kb or 1mb.")
  .transform((size) => parseSize(String(size)) ?? 0);

/** A percentage that leaves room on both sides, such as the threshold of a breaker. */
export const InnerPercentage = Percentage.refine(
  (fraction) => fraction > 0 && fraction < 1,
  "Expected a percentage above 0% and below 100%.",
);
