import { shareText } from "../../simulator/protocol/figure-text.ts";
import { arc, pointer, select } from "d3";
import { element, setAttribute, setText } from "../element.ts";
import { formatCount } from "../format.ts";
import type { Desk, Part } from "../part.ts";
import { holdingsLegend, holdingText, type Held } from "./holdings-legend.ts";
import { ringHoldings, ringOwner, type RingPoint, type RingRule } from "./ring-arcs.ts";
import { seriesClass } from "./series.ts";
import type { Spotlight } from "./spotlight.ts";

/** What is drawn: points clockwise, and the instances in the order of the tables. */
export interface RingLook {
  readonly total: number;
  readonly points: readonly RingPoint[];
  readonly rule: RingRule;
  readonly order: readonly string[];
  readonly spotlight: Spotlight;
}

interface RingPart extends Held {
  readonly d: string;
  readonly ticks: string;
}

const SIZE = 148;
const INNER = 46;
const OUTER = 64;
/** More points than this would touch each other. */
const MOST_TICKS = 500;
const FULL = 2 * Math.PI;

/** The hash ring: which part of it each instance has, and its points on the rim. */
export function balancerRing(desk: Desk): Part<RingLook> {
  const drawing = element("div", { class: "ring", role: "img" });
  const svg = select(drawing)
    .append("svg")
    .attr("viewBox", `${String(-SIZE / 2)} ${String(-SIZE / 2)} ${String(SIZE)} ${String(SIZE)}`);
  const group = svg.append("g");
  const figure = svg.append("text").attr("class", "ring-figure").attr("text-anchor", "middle");
  svg
    .append("text")
    .attr("class", "ring-word")
    .attr("text-anchor", "middle")
    .attr("y", 15)
    .text("points");
  const legend = holdingsLegend("point", desk);
  const readout = element("p", { class: "muted readout" });
  const root = element(
    "div",
    { class: "drawing" },
    element("div", { class: "drawing-line" }, drawing, legend.element),
    readout,
  );
  let look: RingLook | undefined;
  let drawn:
    { points: readonly RingPoint[]; rule: RingRule; parts: readonly RingPart[] } | undefined;
  const instanceAt = (event: PointerEvent): string | undefined => {
    const node = svg.node();
    if (!node || !look) return undefined;
    const [x, y] = pointer(event, node);
    if (Math.hypot(x, y) < INNER || Math.hypot(x, y) > OUTER + 6) return undefined;
    return ringOwner(look.points, (Math.atan2(x, -y) / FULL + 1) % 1, look.rule);
  };
  drawing.addEventListener("pointermove", (event) => {
    look?.spotlight.point(instanceAt(event));
  });
  drawing.addEventListener("pointerleave", () => {
    look?.spotlight.point(undefined);
  });
  return {
    element: root,
    update(next) {
      look = next;
      const { points, rule, order, total, spotlight } = next;
      if (drawn?.rule !== rule || !samePoints(drawn.points, points)) {
        drawn = { points, rule, parts: partsOf(next) };
        const words = drawn.parts.map((part) => `${part.instance} ${shareText(part.share)}`);
        setAttribute(drawing, "aria-label", `Hash ring: ${words.join(", ")}.`);
      }
      const { parts } = drawn;
      figure.text(formatCount(total));
      group
        .selectAll<SVGGElement, RingPart>("g")
        .data(parts, (part) => part.instance)
        .join((enter) => {
          const made = enter.append("g");
          made.append("path").attr("class", "ring-arc");
          made.append("path").attr("class", "ring-ticks");
          return made;
        })
        .attr(
          "class",
          (part) => seriesClass(part.instance, part.index) + spotlight.classOf(part.instance),
        )
        .each(function (part) {
          const [area, ticks] = this.children;
          if (area) setAttribute(area, "d", part.d);
          if (ticks) setAttribute(ticks, "d", part.ticks);
        });
      legend.update({ held: inOrder(parts, order), spotlight });
      const lit = parts.find((part) => part.instance === spotlight.instance);
      const sampled =
        points.length < total ? `${formatCount(points.length)} of them are drawn. ` : "";
      const rest = `${sampled}A key belongs to the ${rule === "next" ? "next point clockwise" : "nearest point on either side"}.`;
      setText(readout, holdingText(lit, "ring", "point") || rest);
    },
  };
}

function partsOf({ points, rule, order }: RingLook): RingPart[] {
  const shape = arc<readonly [number, number]>()
    .innerRadius(INNER)
    .outerRadius(OUTER)
    .startAngle(([from]) => from * FULL)
    .endAngle(([, to]) => to * FULL)
    .digits(2);
  const ticked = points.length <= MOST_TICKS;
  return ringHoldings(points, rule).map(({ instance, arcs, share, points: count }) => ({
    instance,
    index: order.indexOf(instance),
    count,
    share,
    d: arcs.map((one) => shape(one) ?? "").join(""),
    ticks: ticked
      ? points
          .filter((point) => point.instance === instance)
          .map((point) => tickAt(point.at))
          .join("")
      : "",
  }));
}

/** A short line on the rim. */
function tickAt(at: number): string {
  const [x, y] = [Math.sin(at * FULL), -Math.cos(at * FULL)];
  const place = (radius: number) => `${(x * radius).toFixed(2)},${(y * radius).toFixed(2)}`;
  return `M${place(OUTER + 1.5)}L${place(OUTER + 6)}`;
}

function samePoints(a: readonly RingPoint[], b: readonly RingPoint[]): boolean {
  return (
    a.length === b.length &&
    a.every((point, i) => point.at === b[i]?.at && point.instance === b[i].instance)
  );
}

/** In the order of the tables. */
function inOrder<T extends Held>(parts: readonly T[], order: readonly string[]): T[] {
  return [...parts].sort((a, b) => order.indexOf(a.instance) - order.indexOf(b.instance));
}
