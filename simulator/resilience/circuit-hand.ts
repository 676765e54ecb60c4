import { formatDuration } from "../protocol/units.ts";
import type { ForcedByHand } from "./contract.ts";

/** Something that is done by hand. The engine may change more than once meanwhile. */
export interface Hand {
  readonly cause: "by-hand" | "duration-over";
  /** One sentence: the state's, from then on. */
  readonly reason: string;
  /** What lasts of it. */
  readonly forces?: ForcedByHand;
}

const hand = (reason: string, forces?: ForcedByHand): Hand => ({
  cause: "by-hand",
  reason,
  ...(forces && { forces }),
});

export const TRIPPED = hand("Tripped by hand; it stays open until it is reset.", { mode: "open" });
export const FORCED_OPEN = hand(
  "Forced open by hand, by the library's own rules, until it is reset.",
  { mode: "open" },
);
export const HELD_CLOSED = hand("Held closed by hand; everything passes until it is reset.", {
  mode: "closed",
});
export const RESET = hand("Reset by hand.");
export const HALF_OPENED = hand("By hand, the next call is the probe, and its result decides.");

/** A trip for so many ms from now, epoch ms. */
export function trippedFor(ms: number, now: number): Hand {
  const reason = `Tripped by hand for ${formatDuration(ms)}; then it is reset.`;
  return hand(reason, { mode: "open", until: now + ms });
}

/** The end of such a trip. */
export function tripOver(ms: number): Hand {
  const reason = `Reset: the ${formatDuration(ms)} for which it was tripped are over.`;
  return { cause: "duration-over", reason };
}
