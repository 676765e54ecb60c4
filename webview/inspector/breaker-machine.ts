import { countdownText } from "../../simulator/protocol/figure-text.ts";
import { arc, easeCubicInOut, select, type Selection } from "d3";
import type { BreakerStatus } from "../../simulator/protocol/model.ts";
import type { BreakerWait } from "../breaker-wait.ts";
import { element, setAttribute } from "../element.ts";
import { PADLOCK } from "../graph/shapes.ts";
import type { Part } from "../part.ts";
import { breakerWord } from "../words.ts";
import {
  MACHINE_HEIGHT,
  MACHINE_WIDTH,
  machineLayout,
  placeOf,
  STATE_HEIGHT,
  wayBetween,
  type Arrow,
  type MachineLayout,
  type Place,
} from "./machine-layout.ts";

/** The present state, or a change of the past that is looked at. */
export interface MachineView {
  readonly engine: string;
  readonly status: BreakerStatus;
  /** Where it came from, when a change is looked at. */
  readonly from?: BreakerStatus | undefined;
  /** The countdown: only of the present state. */
  readonly wait?: BreakerWait | undefined;
  readonly now: number;
}

const MOVE_MS = 420;
const ring = arc();
const slice = (share: number) =>
  ring({ innerRadius: 4.6, outerRadius: 7, startAngle: 0, endAngle: 2 * Math.PI * share }) ?? "";
const isByHand = (status: BreakerStatus) => status === "held-closed" || status === "forced-open";

let drawings = 0;

/** The breaker's states and how they follow each other; what is filled moves with the state. */
export function breakerMachine(): Part<MachineView> {
  const marker = `machine-arrow-${String(drawings++)}`;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const root = element("div", { class: "machine", role: "img" });
  const svg = select(root)
    .append("svg")
    .attr("viewBox", `-2 0 ${String(MACHINE_WIDTH + 4)} ${String(MACHINE_HEIGHT)}`);
  appendMarker(svg, marker);
  const arrows = svg.append("g");
  const way = svg.append("path").attr("class", "arrow way").attr("marker-end", `url(#${marker})`);
  const boxes = svg.append("g");
  const token = svg
    .append("rect")
    .attr("class", "token")
    .attr("rx", STATE_HEIGHT / 2)
    .attr("height", STATE_HEIGHT);
  const words = svg.append("g");
  const clock = svg.append("g").attr("class", "machine-clock");
  clock.append("path").attr("class", "clock-track").attr("d", slice(1));
  const hand = clock.append("path").attr("class", "clock-hand");
  const left = svg.append("text").attr("class", "machine-left").attr("text-anchor", "middle");
  let drawn: MachineLayout | undefined;
  let stands: BreakerStatus | undefined;

  const draw = (layout: MachineLayout) => {
    drawn = layout;
    stands = undefined;
    left.attr("x", layout.waiting.x).attr("y", layout.waiting.y);
    arrows
      .selectAll<SVGPathElement, Arrow>("path")
      .data(layout.arrows)
      .join((enter) => {
        const path = enter.append("path").attr("marker-end", `url(#${marker})`);
        path.append("title");
        return path;
      })
      .attr("d", ({ d }) => d)
      .select("title")
      .text(({ from, to, hint }) => `${from} → ${to}: ${hint}`);
    drawPlaces(boxes, layout.places);
    drawWords(words, layout.places);
  };

  const moveTo = (status: BreakerStatus) => {
    if (!drawn || stands === status) return;
    const { x, y, width } = placeOf(drawn, status);
    token.attr("class", `token tone-${breakerWord(status).tone}`);
    const first = stands === undefined;
    stands = status;
    if (first || still.matches) {
      token.interrupt().attr("x", x).attr("y", y).attr("width", width);
      return;
    }
    token
      .transition()
      .duration(MOVE_MS)
      .ease(easeCubicInOut)
      .attr("x", x)
      .attr("y", y)
      .attr("width", width);
  };

  return {
    element: root,
    update({ engine, status, from, wait, now }) {
      const layout = machineLayout(engine);
      if (layout !== drawn) draw(layout);
      moveTo(status);
      words
        .selectAll<SVGGElement, Place>("g")
        .attr("class", (place) => (place.status === status ? "present" : null));
      arrows
        .selectAll<SVGPathElement, Arrow>("path")
        .attr("class", (arrow) => arrowClass(arrow, status, from));
      const d = from === undefined ? "" : wayBetween(layout, from, status);
      way.attr("d", d).attr("display", d === "" ? "none" : null);
      const leftMs = wait ? wait.until - now : 0;
      const share = wait && wait.until > wait.since ? leftMs / (wait.until - wait.since) : 0;
      const place = placeOf(layout, status);
      const ticking = (one: Place) => one.status === status && leftMs > 0;
      clock
        .attr("class", `machine-clock tone-${breakerWord(status).tone}`)
        .attr("display", wait && leftMs > 0 ? null : "none")
        .attr("transform", `translate(${String(place.x + 14)},${String(place.y + 13)})`);
      hand.attr("d", slice(Math.min(1, Math.max(0, share))));
      // It makes room for the clock.
      words
        .selectAll<SVGTextElement, Place>("text")
        .attr("x", (one) => one.width / 2 + (isByHand(one.status) ? 10 : ticking(one) ? 7 : 0));
      words.selectAll<SVGPathElement, Place>(".lock").attr("display", (one) =>
        // The clock has the lock's place.
        one.status === status && wait?.byHand ? "none" : null,
      );
      const { x, y } = layout.waiting;
      left
        .attr("x", wait?.byHand ? place.x + place.width + 8 : x)
        .attr("y", wait?.byHand ? place.y + 17 : y)
        .attr("text-anchor", wait?.byHand ? "start" : "middle")
        .text(wait ? waitText(layout, leftMs, wait.byHand) : "");
      const cameFrom = from === undefined ? "" : ` It came from ${breakerWord(from).word}.`;
      setAttribute(
        root,
        "aria-label",
        from === undefined
          ? `The breaker is ${breakerWord(status).word}.`
          : `The breaker became ${breakerWord(status).word}.${cameFrom}`,
      );
    },
  };
}

function waitText({ trial }: MachineLayout, leftMs: number, byHand: boolean): string {
  if (byHand) return leftMs > 0 ? `${countdownText(leftMs)} left` : "";
  if (leftMs > 0) return `${trial} in ${countdownText(leftMs)}`;
  return `next call is ${trial === "probe" ? "a probe" : "the test"}`;
}

function arrowClass(arrow: Arrow, status: BreakerStatus, from: BreakerStatus | undefined): string {
  if (from === undefined) return arrow.from === status ? "arrow next" : "arrow";
  // The way that was taken is drawn over it.
  return "arrow";
}

type Group = Selection<SVGGElement, unknown, null, undefined>;

function drawPlaces(group: Group, places: readonly Place[]): void {
  group
    .selectAll<SVGRectElement, Place>("rect")
    .data([...places], ({ status }) => status)
    .join("rect")
    .attr("class", ({ status }) => (isByHand(status) ? "state by-hand" : "state"))
    .attr("rx", STATE_HEIGHT / 2)
    .attr("height", STATE_HEIGHT)
    .attr("x", ({ x }) => x)
    .attr("y", ({ y }) => y)
    .attr("width", ({ width }) => width);
}

function drawWords(group: Group, places: readonly Place[]): void {
  group
    .selectAll<SVGGElement, Place>("g")
    .data([...places], ({ status }) => status)
    .join((enter) => {
      const word = enter.append("g");
      word
        .append("text")
        .attr("class", ({ status }) => (isByHand(status) ? "by-hand" : null))
        .attr("y", 17.5)
        .attr("text-anchor", "middle");
      word
        .filter(({ status }) => isByHand(status))
        .append("path")
        .attr("class", "lock")
        .attr("d", PADLOCK)
        .attr("transform", "translate(14,12.5) scale(0.8)");
      return word;
    })
    .attr("transform", ({ x, y }) => `translate(${String(x)},${String(y)})`)
    .select("text")
    .text(({ status }) => breakerWord(status).word);
}

function appendMarker(svg: Selection<SVGSVGElement, unknown, null, undefined>, id: string): void {
  svg
    .append("defs")
    .append("marker")
    .attr("id", id)
    .attr("viewBox", "0 0 8 8")
    .attr("refX", 6)
    .attr("refY", 4)
    .attr("markerWidth", 7)
    .attr("markerHeight", 7)
    .attr("markerUnits", "userSpaceOnUse")
    .attr("orient", "auto-start-reverse")
    .append("path")
    .attr("d", "M0,0.6L7,4L0,7.4Z");
}
