import { formatDuration } from "../../protocol/units.ts";
import type { Directive } from "./parser.ts";
import { placeOf, type Reading } from "./reading.ts";

/** Longest duration of a cluster file: timers cannot wait longer. */
const LONGEST_MS = 24 * 86_400_000;

/** A number as a cluster file takes it; what is larger is cut, and that is said. */
export function limited(
  reading: Reading,
  directive: Directive,
  value: number,
  largest: number,
): number {
  if (value <= largest) return value;
  reading.report("warning", `read as ${largest}, the most there is`, placeOf(directive));
  return largest;
}

/** A duration as it is written in a cluster file; what is longer is cut, and that is said. */
export function limitedDuration(reading: Reading, directive: Directive, ms: number): string {
  if (ms <= LONGEST_MS) return formatDuration(ms);
  reading.report("warning", "read as 24 days, the longest time there is", placeOf(directive));
  return formatDuration(LONGEST_MS);
}
