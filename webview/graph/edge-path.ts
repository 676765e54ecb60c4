import {
  FALLBACK_WIDTH,
  labelBeside,
  type Label,
  type LabelWish,
  type Point,
} from "./edge-label.ts";

/** A box with its place. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
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
  labelWidth?: number,
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
  return pathOf(curves, {
    room: [start.x, end.x],
    ...(labelWidth !== undefined && { width: labelWidth }),
  });
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
  if (!crosses(curve, between)) return undefined;
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

/** Whether a curve goes behind a box. */
function crosses(curve: Curve, boxes: readonly Rect[]): boolean {
  const steps = Array.from({ length: 19 }, (_, i) => pointOf(curve, (i + 1) / 20));
  return steps.some(({ x, y }) =>
    boxes.some((box) => x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height),
  );
}

/** The dashed curve of a fallback's answers: below the edge that it stands in for. */
export function fallbackPath(
  from: Rect,
  to: Rect,
  below: boolean,
  between: readonly Rect[] = [],
): EdgePath {
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
  if (!crosses(curve, between)) return pathOf([curve], { below });
  // From the side instead, where the gap between the columns is free.
  const beside = { x: from.x + from.width, y: below ? start.y - 14 : start.y + 14 };
  const short = flat(beside, end, (end.x - beside.x) / 2);
  return pathOf([short], { below, room: [beside.x, end.x], width: FALLBACK_WIDTH });
}

function pointOf([a, b, c, d]: Curve, t: number): Point {
  const s = 1 - t;
  const mix = (p: number, q: number, r: number, u: number) =>
    s * s * s * p + 3 * s * s * t * q + 3 * s * t * t * r + t * t * t * u;
  return { x: mix(a.x, b.x, c.x, d.x), y: mix(a.y, b.y, c.y, d.y) };
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
    label: labelBeside(at, wish),
    at,
  };
}
