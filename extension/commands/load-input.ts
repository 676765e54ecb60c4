import type { LoadShape } from "../../simulator/protocol/model.ts";

/** The kinds of load that are offered. */
export type LoadKind = "constant" | "poisson" | "closed";

/** The shape of a load from what the user typed; undefined when it is no fitting number. */
export function parseLoad(kind: LoadKind, text: string): LoadShape | undefined {
  const number = Number(text.trim());
  if (text.trim() === "" || !(number > 0)) return undefined;
  if (kind === "closed") {
    return Number.isInteger(number) && number <= 1000
      ? { kind, callers: number, pauseMs: 0 }
      : undefined;
  }
  return number <= 20_000 ? { kind: "open", arrivals: kind, perSecond: number } : undefined;
}

/** What a load does, in words: `50 calls/s`, `10 callers`. */
export function loadText(shape: LoadShape): string {
  return shape.kind === "open"
    ? `${String(shape.perSecond)} calls/s, ${shape.arrivals}`
    : `${String(shape.callers)} callers`;
}
