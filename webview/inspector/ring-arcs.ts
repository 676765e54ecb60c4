import { bisector } from "d3";
import type { BalancerPicture } from "../../simulator/protocol/balancer-model.ts";
import type { BalancerId } from "../../simulator/protocol/spec.ts";

type Ring = NonNullable<BalancerPicture["ring"]>;
export type RingPoint = Ring["points"][number];

/**
 * Whose a place between two points is: of the `next` point clockwise, as everywhere, or of the
 * `nearest` one on either side, as in HAProxy.
 */
export type RingRule = "next" | "nearest";

export function ringRuleOf(algorithm: BalancerId): RingRule {
  return algorithm.startsWith("haproxy-") ? "nearest" : "next";
}

/** What an instance holds of the ring. */
export interface Holding {
  readonly instance: string;
  readonly points: number;
  /** Of 1. */
  readonly share: number;
  /** Clockwise, from 0 to 1; one that spans the top begins below 0. */
  readonly arcs: readonly (readonly [from: number, to: number])[];
}

/** What each instance holds; neighbouring points of one instance make one arc. */
export function ringHoldings(points: readonly RingPoint[], rule: RingRule): Holding[] {
  const held = new Map<string, { points: number; share: number; arcs: [number, number][] }>();
  let open: { instance: string; arc: [number, number] } | undefined;
  points.forEach((point, i) => {
    const [from, to] = reach(points, i, rule);
    const holding = held.get(point.instance) ?? { points: 0, share: 0, arcs: [] };
    held.set(point.instance, holding);
    holding.points++;
    holding.share += to - from;
    if (open?.instance === point.instance) {
      open.arc[1] = to;
    } else {
      open = { instance: point.instance, arc: [from, to] };
      holding.arcs.push(open.arc);
    }
  });
  return [...held].map(([instance, holding]) => ({ instance, ...holding }));
}

/** Whose the place `at` (from 0 to below 1) is; undefined on an empty ring. */
export function ringOwner(
  points: readonly RingPoint[],
  at: number,
  rule: RingRule,
): string | undefined {
  const i = bisector((point: RingPoint) => point.at).left(points, at);
  const next = points[i] ?? points[0];
  if (rule === "next" || !next) return next?.instance;
  const previous = points[i - 1] ?? points.at(-1) ?? next;
  return turn(at - previous.at) <= turn(next.at - at) ? previous.instance : next.instance;
}

/** From where to where the i-th point's part goes. */
function reach(
  points: readonly RingPoint[],
  i: number,
  rule: RingRule,
): readonly [from: number, to: number] {
  const at = points[i]?.at ?? 0;
  if (points.length < 2) return [at - 1, at];
  const before = at - ((points[i - 1] ?? points.at(-1))?.at ?? 0);
  const after = ((points[i + 1] ?? points[0])?.at ?? 0) - at;
  // Only the first and the last point look across the top; several may lie at one place.
  const back = i === 0 ? before + 1 : before;
  const on = i === points.length - 1 ? after + 1 : after;
  return rule === "next" ? [at - back, at] : [at - back / 2, at + on / 2];
}

/** A distance clockwise, from 0 to below 1. */
function turn(distance: number): number {
  return distance < 0 ? distance + 1 : distance;
}
