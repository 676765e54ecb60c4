/** A box with its place. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A place for a text, and which part of the text is there. */
export interface Label extends Point {
  readonly anchor: "start" | "middle" | "end";
}

/** The course of an edge. */
export interface EdgePath {
  /** SVG path data. */
  readonly d: string;
  /** Where the label goes: beside the middle. */
  readonly label: Label;
  /** The point at a share of the way from 0 to 1. */
  at(share: number): Point;
}

type Curve = readonly [Point, Point, Point, Point];

/** Evenly spread ports on a box's side: the offset from its top of the nth of so many. */
function port(rect: Rect, index: number, count: number): number {
  const room = Math.min(rect.height * 0.5, (count - 1) * 44);
  return rect.height / 2 + (count > 1 ? (index / (count - 1) - 0.5) * room : 0);
}

export interface Ports {
  readonly outIndex: number;
  readonly outCount: number;
  readonly inIndex: number;
  readonly inCount: number;
}

/** A curve from the right side of one box to the left side of another. */
export function edgePath(from: Rect, to: Rect, ports: Ports): EdgePath {
  const start = { x: from.x + from.width, y: from.y + port(from, ports.outIndex, ports.outCount) };
  const end = { x: to.x, y: to.y + port(to, ports.inIndex, ports.inCount) };
  const ahead = end.x - start.x;
  // Backwards, the curve swings out as far as the way back is long.
  const pull = ahead > 0 ? Math.max(24, ahead / 2) : Math.min(220, 60 - ahead / 2);
  return pathOf([start, { x: start.x + pull, y: start.y }, { x: end.x - pull, y: end.y }, end]);
}

/** The dashed curve of a fallback's answers: below the edge that it stands in for. */
export function fallbackPath(from: Rect, to: Rect, below: boolean): EdgePath {
  const side = below ? 1 : -1;
  const start = {
    x: from.x + from.width - 14,
    y: below ? from.y + from.height : from.y,
  };
  const end = { x: to.x, y: below ? to.y + to.height - 20 : to.y + 20 };
  const ahead = end.x - start.x;
  if (ahead <= 0) return edgePath(from, to, { outIndex: 0, outCount: 1, inIndex: 0, inCount: 1 });
  const bend = Math.max(36, Math.abs(end.y - start.y) * 0.75);
  const curve: Curve = [
    start,
    { x: start.x + ahead * 0.15, y: start.y + side * bend },
    { x: end.x - ahead * 0.55, y: end.y + side * 12 },
    end,
  ];
  return pathOf(curve, below);
}

function pathOf(curve: Curve, below = false): EdgePath {
  const [a, b, c, d] = curve;
  const at = (t: number): Point => {
    const s = 1 - t;
    const mix = (p: number, q: number, r: number, u: number) =>
      s * s * s * p + 3 * s * s * t * q + 3 * s * t * t * r + t * t * t * u;
    return { x: mix(a.x, b.x, c.x, d.x), y: mix(a.y, b.y, c.y, d.y) };
  };
  const text = (p: Point) => `${p.x.toFixed(1)},${p.y.toFixed(1)}`;
  return {
    d: `M${text(a)}C${text(b)} ${text(c)} ${text(d)}`,
    label: beside(at(0.5), at(0.45), at(0.55), below),
    at,
  };
}

const LABEL_GAP = 11;

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
