import { countdownText } from "../../simulator/protocol/figure-text.ts";
import { select } from "d3";
import type { BreakerWindow } from "../../simulator/protocol/model.ts";
import { element, setAttribute, setShown, setText } from "../element.ts";
import { formatClock } from "../format.ts";
import type { Part } from "../part.ts";
import type { Tone } from "../words.ts";
import {
  countsOf,
  isOver,
  PIECE_KINDS,
  thresholdText,
  volumeText,
  windowColumns,
  windowPieces,
  windowText,
  type PieceKind,
  type WindowColumn,
  type WindowPiece,
} from "./window-pieces.ts";

const WIDTH = 312;
const HEIGHT = 60;

const KINDS: Readonly<Record<PieceKind, { readonly tone: Tone; readonly word: string }>> = {
  success: { tone: "ok", word: "ok" },
  failure: { tone: "bad", word: "failed" },
  timeout: { tone: "slow", word: "timeout" },
  rejection: { tone: "refused", word: "rejected" },
  "short-circuit": { tone: "refused", word: "short-circuited" },
};

export interface WindowView {
  readonly window: BreakerWindow;
  /** When it was so. */
  readonly at: number;
  /** Whether that is now. */
  readonly live: boolean;
}

let drawings = 0;

/** A breaker's window: what it counted bucket by bucket, and how near to its threshold that is. */
export function breakerWindow(): Part<WindowView> {
  const hatch = `not-counted-${String(drawings++)}`;
  const chart = element("div", { class: "window-chart", role: "img" });
  const svg = select(chart)
    .append("svg")
    .attr("viewBox", `0 0 ${String(WIDTH)} ${String(HEIGHT + 1)}`);
  const pattern = svg
    .append("defs")
    .append("pattern")
    .attr("id", hatch)
    .attr("width", 5)
    .attr("height", 5)
    .attr("patternUnits", "userSpaceOnUse")
    .attr("patternTransform", "rotate(45)");
  pattern.append("rect").attr("class", "hatch").attr("width", 2.4).attr("height", 5);
  svg
    .append("line")
    .attr("class", "base")
    .attr("x2", WIDTH)
    .attr("y1", HEIGHT + 0.5)
    .attr("y2", HEIGHT + 0.5);
  const pieces = svg.append("g");
  const columns = svg.append("g");
  const oldest = element("span");
  const newest = element("span");
  const axis = element("div", { class: "window-axis muted" }, oldest, newest);
  const legend = element("ul", { class: "window-legend" });
  const gauge = gaugeOf("");
  const volume = gaugeOf(" thin");
  const root = element(
    "div",
    { class: "window" },
    chart,
    axis,
    legend,
    gauge.element,
    volume.element,
  );
  let shown: BreakerWindow | undefined;
  return {
    element: root,
    update({ window, at, live }) {
      const { bars, threshold, value, unit, requests } = window;
      const [first] = bars;
      const ago = live ? "ago" : "before";
      setText(
        oldest,
        first?.from === undefined ? "oldest" : `${countdownText(at - first.from)} ${ago}`,
      );
      setText(newest, live ? "now" : formatClock(at));
      // It is asked for less often than the page is drawn.
      if (shown === window) return;
      shown = window;
      const drawn = windowColumns(bars, WIDTH);
      const counted = bars.some((bar) => bar.successes + bar.failures > 0);
      setShown(chart, counted);
      setShown(axis, counted);
      pieces
        .selectAll<SVGRectElement, WindowPiece>("rect")
        .data(windowPieces(drawn, HEIGHT), ({ key }) => key)
        .join("rect")
        .attr("class", ({ kind }) => `tone-${KINDS[kind].tone} piece-${kind}`)
        .attr("x", (piece) => piece.x)
        .attr("y", (piece) => piece.y)
        .attr("width", (piece) => piece.width)
        .attr("height", (piece) => piece.height);
      columns
        .selectAll<SVGRectElement, WindowColumn>("rect")
        .data(drawn)
        .join((enter) => {
          const column = enter.append("rect").attr("height", HEIGHT);
          column.append("title");
          return column;
        })
        .attr("x", ({ x }) => x)
        .attr("width", ({ width }) => width)
        .attr("fill", ({ bar }) => (bar.counted ? "transparent" : `url(#${hatch})`))
        .select("title")
        .text(columnText);
      drawLegend(legend, window);
      const most = unit === "percent" ? 100 : Math.max(threshold, value);
      const tone = isOver(window) ? "bad" : value > 0 ? "slow" : "ok";
      gauge.update(value / most, threshold / most, windowText(window), thresholdText(window), tone);
      const needed = volumeText(window);
      setShown(volume.element, needed !== undefined);
      if (needed !== undefined) {
        const share = requests / Math.max(1, window.volume ?? 1);
        const may = share >= 1 ? "it may open" : "it does not open yet";
        volume.update(Math.min(1, share), undefined, needed, may, share >= 1 ? "info" : "idle");
      }
      setAttribute(
        chart,
        "aria-label",
        [windowText(window), thresholdText(window), needed].filter(Boolean).join(", "),
      );
    },
  };
}

/** A bar with a mark at the threshold, and a line of text below it. */
function gaugeOf(look: string) {
  const fill = element("div", { class: "gauge-fill" });
  const mark = element("div", { class: "gauge-mark" });
  const gauge = element("div", { "aria-hidden": "true" }, fill, mark);
  const text = element("span");
  const limit = element("span", { class: "muted" });
  const root = element("div", {}, gauge, element("div", { class: "window-axis" }, text, limit));
  return {
    element: root,
    update: (share: number, at: number | undefined, words: string, rule: string, tone: Tone) => {
      setAttribute(gauge, "class", `gauge${look} tone-${tone}`);
      fill.style.width = `${(Math.min(1, share) * 100).toFixed(1)}%`;
      setShown(mark, at !== undefined);
      mark.style.left = `${((at ?? 0) * 100).toFixed(1)}%`;
      setText(text, words);
      setText(limit, rule);
    },
  };
}

/** Only what there is; a window of good calls alone needs no legend. */
function drawLegend(legend: HTMLElement, { bars }: BreakerWindow): void {
  const sums = PIECE_KINDS.map((kind) => ({
    kind,
    count: bars.reduce((sum, bar) => sum + countsOf(bar)[kind], 0),
  })).filter(({ count }) => count > 0);
  const waiting = bars.some((bar) => !bar.counted && bar.successes + bar.failures > 0);
  const entries = [
    ...sums.map(({ kind, count }) => ({
      key: kind,
      look: `tone-${KINDS[kind].tone} piece-${kind}`,
      text: `${String(count)} ${KINDS[kind].word}`,
    })),
    ...(waiting ? [{ key: "waiting", look: "not-counted", text: "not counted yet" }] : []),
  ];
  setShown(legend, entries.length > 0);
  select(legend)
    .selectAll<HTMLLIElement, (typeof entries)[number]>("li")
    .data(entries, ({ key }) => key)
    .join("li")
    .order()
    .attr("class", ({ look }) => look)
    .each(function ({ text }) {
      setText(this, text);
    });
}

function columnText({ bar }: WindowColumn): string {
  const counts = countsOf(bar);
  const words = PIECE_KINDS.flatMap((kind) =>
    counts[kind] > 0 ? [`${String(counts[kind])} ${KINDS[kind].word}`] : [],
  );
  const when = bar.from === undefined ? "" : `${formatClock(bar.from)}: `;
  return `${when}${words.join(", ") || "nothing"}${bar.counted ? "" : ", not counted yet"}`;
}
