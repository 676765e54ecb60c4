import { durationText, shareText, smallShareText } from "../../simulator/protocol/figure-text.ts";
import { select } from "d3";
import type { BalancerRun } from "../../simulator/protocol/balancer-model.ts";
import { BALANCER_TITLES } from "../../simulator/protocol/balancer-titles.ts";
import { element, setAttribute, setText } from "../element.ts";
import { formatCount } from "../format.ts";
import type { Part } from "../part.ts";
import { bestOf, RUN_FIGURES, type RunFigure } from "./best-runs.ts";
import { IMBALANCE_EXPLAINED } from "./imbalance.ts";
import { seriesClass } from "./series.ts";
import type { Spotlight } from "./spotlight.ts";

/** What is compared: what happened, and what each algorithm made of the same calls. */
export interface ReplayResult {
  readonly recorded: BalancerRun;
  readonly runs: readonly BalancerRun[];
}

const HEADINGS: Readonly<Record<RunFigure, readonly [title: string, explanation: string]>> = {
  imbalance: ["imbal.", IMBALANCE_EXPLAINED],
  retries: ["retries", "Attempts beyond the first of each call"],
  failed: ["failed", "Calls that ended without a success"],
  p50: ["p50", "Half of the calls took at most this long, waiting included"],
  p95: ["p95", "95% of the calls took at most this long, waiting included"],
  p99: ["p99", "99% of the calls took at most this long, waiting included"],
};

interface Line {
  readonly key: string;
  readonly title: string;
  readonly run: BalancerRun;
}

/** The runs side by side, the best of each figure marked. */
export function replayTable(): Part<{ result: ReplayResult; spotlight: Spotlight }> {
  const table = element(
    "table",
    { class: "replay-table" },
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        ...RUN_FIGURES.map((figure) => {
          const [title, explanation] = HEADINGS[figure];
          return element("th", { scope: "col", class: "figure", title: explanation }, title);
        }),
      ),
    ),
  );
  const root = element(
    "div",
    { class: "figures scroll wide", role: "region", "aria-label": "Replayed" },
    table,
  );
  return {
    element: root,
    update({ result: { recorded, runs }, spotlight }) {
      const best = bestOf([recorded, ...runs], figureText);
      const lines: Line[] = [
        {
          key: "recorded",
          title: `Recorded · ${BALANCER_TITLES[recorded.algorithm]}`,
          run: recorded,
        },
        ...runs.map((run) => ({
          key: run.algorithm,
          title: BALANCER_TITLES[run.algorithm],
          run,
        })),
      ];
      const most = Math.max(...lines.flatMap(({ run }) => Object.values(run.shares)), 0);
      select(table)
        .selectAll<HTMLTableSectionElement, Line>("tbody")
        .data(lines, (line) => line.key)
        .join((enter) => enter.append(() => runRows()))
        .order()
        .attr("class", ({ key }) => (key === "recorded" ? "recorded" : null))
        .each(function ({ title, run }) {
          const [head, figures] = this.rows;
          const [name, bars] = head?.cells[0]?.children[0]?.children ?? [];
          if (name) setText(name, title);
          if (bars) drawShares(bars, run, most, spotlight);
          RUN_FIGURES.forEach((figure, i) => {
            const cell = figures?.cells[i];
            const [text, mark] = cell?.children ?? [];
            const shown = figureText(figure, run);
            if (text) setText(text, shown);
            const isBest = best[figure] === shown;
            if (mark) setText(mark, isBest ? " best" : "");
            if (cell) setAttribute(cell, "class", `figure${isBest ? " best" : ""}`);
          });
        });
    },
  };
}

function figureText(figure: RunFigure, run: BalancerRun): string {
  switch (figure) {
    case "imbalance":
      return smallShareText(run.imbalance);
    case "retries":
    case "failed":
      return formatCount(run[figure]);
    case "p50":
    case "p95":
    case "p99":
      return durationText(run[figure]);
  }
}

function runRows(): HTMLTableSectionElement {
  const bars = element("span", { class: "share-bars", role: "img" });
  return element(
    "tbody",
    {},
    element(
      "tr",
      {},
      element(
        "th",
        { scope: "rowgroup", colspan: RUN_FIGURES.length },
        element("span", { class: "run-head" }, element("span"), bars),
      ),
    ),
    element(
      "tr",
      {},
      ...RUN_FIGURES.map(() =>
        element("td", {}, element("span"), element("span", { class: "visually-hidden" })),
      ),
    ),
  );
}

/** A small bar an instance, in the order of their numbers. */
function drawShares(bars: Element, run: BalancerRun, most: number, spotlight: Spotlight): void {
  const shares = Object.entries(run.shares).sort(([a], [b]) =>
    a.localeCompare(b, "en", { numeric: true }),
  );
  const words = shares.map(([instance, share]) => `${instance} ${shareText(share)}`).join(", ");
  setAttribute(bars, "aria-label", `Shares: ${words}`);
  setAttribute(bars, "title", words);
  select(bars)
    .selectAll<HTMLSpanElement, [string, number]>("span")
    .data(shares, ([instance]) => instance)
    .join("span")
    .order()
    .attr("class", ([instance], i) => seriesClass(instance, i) + spotlight.classOf(instance))
    .style("height", ([, share]) => `${most > 0 ? ((share / most) * 100).toFixed(1) : "0"}%`);
}
