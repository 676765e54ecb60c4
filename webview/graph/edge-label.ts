export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A place for a text, and which part of the text is there. */
export interface Label extends Point {
  readonly anchor: "start" | "middle" | "end";
}

export interface LabelWish {
  /** The label stands below the line. */
  readonly below?: boolean;
  /** The gap between the boxes, which a label beside a steep line may be too wide for. */
  readonly room?: readonly [left: number, right: number];
  /** About how wide the label is; a rate without it. */
  readonly width?: number;
}

const LABEL_GAP = 11;
const LINE_HEIGHT = 14;
/** Room that a rate needs, such as `9.3/s`. */
const RATE_WIDTH = 38;
/** Room that the rate of a fallback needs. */
export const FALLBACK_WIDTH = 84;

/** The place of a label beside the middle of a line, from the point at each share of its way. */
export function labelBeside(at: (share: number) => Point, wish: LabelWish): Label {
  const { below = false, room, width = RATE_WIDTH } = wish;
  const label = beside(at(0.5), at(0.45), at(0.55), below);
  if (!room || label.anchor === "middle") return label;
  const [left, right] = room;
  const fits = label.anchor === "start" ? label.x + width < right : label.x - width > left;
  if (fits) return label;
  // Past the line's far end, where nothing else is, when there is no room beside it: at its near
  // end are those of all the others that begin there.
  const [from, to] = [at(0).y, at(1).y];
  const falls = to > from;
  const y = below || falls ? Math.max(from, to) + LABEL_GAP + 6 : to - LABEL_GAP + 4;
  const second = below && falls ? LINE_HEIGHT : 0;
  return { x: (left + right) / 2, y: y + second, anchor: "middle" };
}

/** The place beside a line: above a flat one, or below; to the left or right of a steep one. */
function beside(middle: Point, before: Point, after: Point, below: boolean): Label {
  const dx = after.x - before.x;
  const dy = after.y - before.y;
  const length = Math.hypot(dx, dy) || 1;
  const side = (dx >= 0 ? 1 : -1) * (below ? -1 : 1);
  const nx = (side * dy) / length;
  const ny = (-side * dx) / length;
  const anchor = nx > 0.35 ? "start" : nx < -0.35 ? "end" : "middle";
  // The middle of the letters is a little above the line that they stand on.
  return { x: middle.x + nx * LABEL_GAP, y: middle.y + ny * LABEL_GAP + 4, anchor };
}
