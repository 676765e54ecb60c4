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

/**
 * A curve from the right side of one box to the left side of another, around the boxes of
 * `between` that it would cross.
 */
export function edgePath(
  from: Rect,
  to: Rect,
  ports: Ports,
  between: readonly Rect[] = [],
): EdgePath {
  const start = { x: from.x + from.width, y: from.y + port(from, ports.outIndex, ports.outCount) };
  const end = { x: to.x, y: to.y + port(to, ports.inIndex, ports.inCount) };
  const ahead = end.x - start.x;
  // Backwards, the curve swings out as far as the way back is long.
  const pull = ahead > 0 ? Math.max(24, ahead / 2) : Math.min(220, 60 - ahead / 2);
  const straight = flat(start, end, pull);
  const around = detour(straight, between);
  const curves = around
    ? [
        flat(start, around[0], (around[0].x - start.x) / 2),
        flat(around[0], around[1], 0),
        flat(around[1], end, (end.x - around[1].x) / 2),
      ]
    : [straight];
  return pathOf(curves, { room: [start.x, end.x] });
}

/** A curve that leaves and arrives level. */
function flat(start: Point, end: Point, pull: number): Curve {
  return [start, { x: start.x + pull, y: start.y }, { x: end.x - pull, y: end.y }, end];
}

const CLEARANCE = 18;

/** Both ends of the level way past the boxes that a curve would cross; undefined if none. */
function detour(curve: Curve, boxes: readonly Rect[]): readonly [Point, Point] | undefined {
  const [start, , , end] = curve;
  const between = boxes.filter((box) => box.x > start.x && box.x + box.width < end.x);
  const steps = Array.from({ length: 19 }, (_, i) => pointOf(curve, (i + 1) / 20));
  const crossed = steps.some(({ x, y }) =>
    between.some(
      (box) => x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height,
    ),
  );
  if (!crossed) return undefined;
  const middle = (start.y + end.y) / 2;
  const free = (y: number) =>
    between.every((box) => y < box.y - CLEARANCE / 2 || y > box.y + box.height + CLEARANCE / 2);
  const levels = between
    .flatMap((box) => [box.y - CLEARANCE, box.y + box.height + CLEARANCE])
    .filter(free)
    .sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
  const [y] = levels;
  if (y === undefined) return undefined;
  const left = Math.min(...between.map((box) => box.x));
  const right = Math.max(...between.map((box) => box.x + box.width));
  return [
    { x: left, y },
    { x: right, y },
  ];
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
  return pathOf([curve], { below });
}

function pointOf([a, b, c, d]: Curve, t: number): Point {
  const s = 1 - t;
  const mix = (p: number, q: number, r: number, u: number) =>
    s * s * s * p + 3 * s * s * t * q + 3 * s * t * t * r + t * t * t * u;
  return { x: mix(a.x, b.x, c.x, d.x), y: mix(a.y, b.y, c.y, d.y) };
}

interface LabelWish {
  /** The label stands below the line. */
  readonly below?: boolean;
  /** The gap between the boxes, which a label beside a steep line may be too wide for. */
  readonly room?: readonly [left: number, right: number];
}

/** One path of curves, each of which begins where the one before it ends. */
function pathOf(curves: readonly Curve[], wish: LabelWish): EdgePath {
  const text = (p: Point) => `${p.x.toFixed(1)},${p.y.toFixed(1)}`;
  const lengths = curves.map(([a, , , d]) => Math.hypot(d.x - a.x, d.y - a.y));
  const whole = lengths.reduce((sum, length) => sum + length, 0);
  const at = (share: number): Point => {
    let way = share * whole;
    for (const [i, curve] of curves.entries()) {
      const length = lengths[i] ?? 0;
      if (way <= length || i === curves.length - 1) {
        return pointOf(curve, length > 0 ? Math.min(1, way / length) : 1);
      }
      way -= length;
    }
    return { x: 0, y: 0 };
  };
  return {
    d: curves
      .map(([a, b, c, d], i) => `${i === 0 ? `M${text(a)}` : ""}C${text(b)} ${text(c)} ${text(d)}`)
      .join(""),
    label: fitted(beside(at(0.5), at(0.45), at(0.55), wish.below ?? false), at, wish.room),
    at,
  };
}

const LABEL_GAP = 11;
/** Room that a rate needs, such as `9.3/s`. */
const RATE_WIDTH = 38;

/** Above the line's higher end when there is no room beside it. */
function fitted(label: Label, at: EdgePath["at"], room: LabelWish["room"]): Label {
  if (!room || label.anchor === "middle") return label;
  const [left, right] = room;
  const fits =
    label.anchor === "start" ? label.x + RATE_WIDTH < right : label.x - RATE_WIDTH > left;
  if (fits) return label;
  const y = Math.min(at(0).y, at(1).y) - LABEL_GAP + 4;
  return { x: (left + right) / 2, y, anchor: "middle" };
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
