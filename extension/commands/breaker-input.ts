import { parseDuration } from "../../simulator/protocol/units.ts";

/** A time for which a breaker may be tripped, in ms; undefined when the text is none. */
export function parseTripTime(text: string): number | undefined {
  const ms = parseDuration(text);
  return ms !== undefined && ms > 0 && ms <= 86_400_000 ? ms : undefined;
}
