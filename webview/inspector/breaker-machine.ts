import { select } from "d3";
import type { BreakerState, BreakerStatus } from "../../simulator/protocol/model.ts";
import { element, setAttribute } from "../element.ts";
import { formatLeft } from "../format.ts";
import { PADLOCK } from "../graph/shapes.ts";
import type { Part } from "../part.ts";
import { breakerWord } from "../words.ts";

interface Place {
  readonly status: BreakerStatus;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

const WIDTH = 312;
const HEIGHT = 118;
const BOX = 26;
const PLACES: readonly Place[] = [
  { status: "closed", x: 0, y: 34, width: 80 },
  { status: "open", x: 116, y: 34, width: 80 },
  { status: "half-open", x: 232, y: 34, width: 80 },
  { status: "held-closed", x: 0, y: 84, width: 100 },
  { status: "forced-open", x: 108, y: 84, width: 100 },
];

/** How one state follows another; `hint` names what makes it so. */
const ARROWS: readonly { from: BreakerStatus; to: BreakerStatus; d: string; hint: string }[] = [
  { from: "closed", to: "open", d: "M80,47H113", hint: "too many failures" },
  { from: "open", to: "half-open", d: "M196,47H229", hint: "after a pause, one probe" },
  { from: "half-open", to: "open", d: "M254,34C246,16 186,16 172,31", hint: "the probe failed" },
  { from: "half-open", to: "closed", d: "M280,34C262,-8 66,-8 42,31", hint: "the probe succeeded" },
];

/** The breaker's states and how they follow each other; the present one is filled. */
export function breakerMachine(): Part<{ breaker: BreakerState; now: number }> {
  const root = element("div", { class: "machine", role: "img" });
  const svg = select(root)
    .append("svg")
    .attr("viewBox", `-2 0 ${String(WIDTH + 4)} ${String(HEIGHT)}`);
  svg
    .append("defs")
    .append("marker")
    .attr("id", "machine-arrow")
    .attr("viewBox", "0 0 8 8")
    .attr("refX", 6)
    .attr("refY", 4)
    .attr("markerWidth", 7)
    .attr("markerHeight", 7)
    .attr("orient", "auto-start-reverse")
    .append("path")
    .attr("d", "M0,0.6L7,4L0,7.4Z");
  const arrows = svg
    .selectAll("path.arrow")
    .data(ARROWS)
    .join("path")
    .attr("class", "arrow")
    .attr("d", ({ d }) => d)
    .attr("marker-end", "url(#machine-arrow)");
  arrows.append("title").text(({ from, to, hint }) => `${from} → ${to}: ${hint}`);
  const states = svg
    .selectAll("g")
    .data(PLACES)
    .join("g")
    .attr("transform", ({ x, y }) => `translate(${String(x)},${String(y)})`);
  states
    .append("rect")
    .attr("rx", BOX / 2)
    .attr("height", BOX)
    .attr("width", ({ width }) => width);
  const byHand = (status: BreakerStatus) => status === "held-closed" || status === "forced-open";
  states
    .append("text")
    .attr("x", ({ width, status }) => width / 2 + (byHand(status) ? 8 : 0))
    .attr("y", 17)
    .attr("text-anchor", "middle")
    .text(({ status }) => breakerWord(status).word);
  states
    .filter(({ status }) => byHand(status))
    .append("path")
    .attr("class", "lock")
    .attr("d", PADLOCK)
    .attr("transform", "translate(13,12.5) scale(0.8)");
  const left = svg
    .append("text")
    .attr("class", "machine-left")
    .attr("x", 272)
    .attr("y", 79)
    .attr("text-anchor", "middle");
  return {
    element: root,
    update({ breaker, now }) {
      const { status, probeAt } = breaker;
      states.attr(
        "class",
        (place) =>
          `state${byHand(place.status) ? " by-hand" : ""}${place.status === status ? ` present tone-${breakerWord(status).tone}` : ""}`,
      );
      arrows.classed("next", ({ from }) => from === status);
      const wait = status === "open" && probeAt !== undefined;
      const leftMs = wait ? probeAt - now : 0;
      left.text(
        wait ? (leftMs > 0 ? `probe in ${formatLeft(leftMs)}` : "next call is a probe") : "",
      );
      setAttribute(root, "aria-label", `The breaker is ${breakerWord(status).word}.`);
    },
  };
}
