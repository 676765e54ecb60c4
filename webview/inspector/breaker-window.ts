import { scaleBand, scaleLinear, select, type Selection } from "d3";
import type { WindowBar } from "../../simulator/protocol/requests.ts";
import type { BreakerSpec } from "../../simulator/protocol/spec.ts";
import { element, setAttribute, setShown, setText } from "../element.ts";
import { formatCount, formatShare } from "../format.ts";
import type { Part } from "../part.ts";

const WIDTH = 312;
const HEIGHT = 64;

/** The breaker's window: what it counted, slice by slice, and how near the threshold that is. */
export function breakerWindow(): Part<{
  bars: readonly WindowBar[];
  spec: BreakerSpec | undefined;
}> {
  const chart = element("div", { class: "window-chart", role: "img" });
  const svg = select(chart)
    .append("svg")
    .attr("viewBox", `0 0 ${String(WIDTH)} ${String(HEIGHT)}`);
  svg
    .append("line")
    .attr("class", "base")
    .attr("x2", WIDTH)
    .attr("y1", HEIGHT - 0.5)
    .attr("y2", HEIGHT - 0.5);
  const bad = element("div", { class: "gauge-bad" });
  const mark = element("div", { class: "gauge-mark" });
  const gauge = element("div", { class: "gauge" }, bad, mark);
  const text = element("span");
  const limit = element("span", { class: "muted" });
  const axis = element(
    "div",
    { class: "window-axis muted" },
    element("span", {}, "oldest"),
    element("span", {}, "now"),
  );
  const root = element(
    "div",
    { class: "window" },
    chart,
    axis,
    gauge,
    element("div", { class: "window-axis" }, text, limit),
  );
  return {
    element: root,
    update({ bars, spec }) {
      drawBars(svg, bars);
      const failures = bars.reduce((sum, bar) => sum + bar.failures, 0);
      const all = failures + bars.reduce((sum, bar) => sum + bar.successes, 0);
      const share = all > 0 ? failures / all : 0;
      const inARow = spec?.engine === "consecutive" ? spec.threshold : undefined;
      const threshold = spec && spec.engine !== "consecutive" ? spec.threshold : undefined;
      setText(text, countText(failures, all, inARow));
      setText(limit, threshold === undefined ? "" : `opens above ${formatShare(threshold)}`);
      setShown(chart, all > 0 && inARow === undefined);
      setShown(axis, all > 0 && inARow === undefined);
      setShown(gauge, threshold !== undefined);
      bad.style.width = `${String(share * 100)}%`;
      mark.style.left = `${String((threshold ?? 0) * 100)}%`;
      setAttribute(
        gauge,
        "class",
        `gauge tone-${share > (threshold ?? 1) ? "bad" : share > 0 ? "slow" : "ok"}`,
      );
      setAttribute(chart, "aria-label", `Window of the breaker: ${text.textContent}`);
    },
  };
}

/** What was counted, in words; `inARow` is the threshold of a breaker that counts failures alone. */
function countText(failures: number, all: number, inARow: number | undefined): string {
  if (inARow !== undefined)
    return `${formatCount(failures)} of ${formatCount(inARow)} failures in a row`;
  if (all === 0) return "nothing counted yet";
  return `${formatCount(failures)} of ${formatCount(all)} failed, ${formatShare(failures / all)}`;
}

function drawBars(
  svg: Selection<SVGSVGElement, unknown, null, undefined>,
  bars: readonly WindowBar[],
): void {
  const x = scaleBand<number>()
    .domain(bars.map((_, i) => i))
    .range([0, WIDTH])
    .paddingInner(bars.length > 40 ? 0.1 : 0.25);
  const most = Math.max(1, ...bars.map((bar) => bar.successes + bar.failures));
  const y = scaleLinear()
    .domain([0, most])
    .range([0, HEIGHT - 4]);
  // One bar alone would be a wall: it gets the width that ten would have.
  const width = Math.min(x.bandwidth(), 30);
  const pieces = bars.flatMap((bar, i) => {
    const left = (x(i) ?? 0) + (x.bandwidth() - width) / 2;
    const good = y(bar.successes);
    const failed = y(bar.failures);
    return [
      { key: `${String(i)}s`, tone: "ok", left, top: HEIGHT - 1 - good, height: good },
      {
        key: `${String(i)}f`,
        tone: "bad",
        left,
        top: HEIGHT - 1 - good - failed - (good > 0 && failed > 0 ? 1 : 0),
        height: failed,
      },
    ];
  });
  svg
    .selectAll<SVGRectElement, (typeof pieces)[number]>("rect")
    .data(pieces, (piece) => piece.key)
    .join("rect")
    .attr("class", ({ tone }) => `tone-${tone}`)
    .attr("rx", 1.5)
    .attr("x", ({ left }) => left)
    .attr("y", ({ top }) => top)
    .attr("width", width)
    .attr("height", ({ height }) => height);
}
