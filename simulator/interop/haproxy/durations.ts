import { formatDuration } from "../../protocol/units.ts";

/** The longest duration of a cluster file; HAProxy's is 20 hours longer. */
const LONGEST_MS = 24 * 86_400_000;

/** A time of HAProxy's as it is written in a cluster file, cut to the longest there is. */
export function durationOf(ms: number): string {
  return formatDuration(Math.min(ms, LONGEST_MS));
}

/** What is written for a timeout that never comes. */
export const NEVER = formatDuration(LONGEST_MS);
