import type { Rect } from "./edge-path.ts";

export type Direction = "left" | "right" | "up" | "down";

const HEADINGS: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** The direction of an arrow key. */
export function directionOf(key: string): Direction | undefined {
  return HEADINGS[key];
}

/**
 * The place that an arrow key leads to: the nearest in that direction, with what lies aside
 * counting double.
 */
export function nearest(
  from: Rect,
  others: ReadonlyMap<string, Rect>,
  direction: Direction,
): string | undefined {
  let best: { id: string; cost: number } | undefined;
  for (const [id, rect] of others) {
    const dx = rect.x + rect.width / 2 - (from.x + from.width / 2);
    const dy = rect.y + rect.height / 2 - (from.y + from.height / 2);
    const horizontal = direction === "left" || direction === "right";
    const ahead = (horizontal ? dx : dy) * (direction === "left" || direction === "up" ? -1 : 1);
    if (ahead <= 1) continue;
    const cost = ahead + 2 * Math.abs(horizontal ? dy : dx);
    if (!best || cost < best.cost) best = { id, cost };
  }
  return best?.id;
}
