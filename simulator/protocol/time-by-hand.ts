import { parseDuration } from "./units.ts";

/** A day: the longest time for which a breaker is tripped, or for which a fault waits or lasts. */
export const LONGEST_BY_HAND_MS = 86_400_000;

/** What a user may write there, for messages. */
export const TIME_BY_HAND = "such as 500ms, 30s or 5m, at most 24h";

/** A time that something is to last, in ms; undefined when the text is none, or is too long. */
export function parseTimeByHand(text: string): number | undefined {
  const ms = parseDuration(text);
  return ms !== undefined && ms > 0 && ms <= LONGEST_BY_HAND_MS ? ms : undefined;
}
