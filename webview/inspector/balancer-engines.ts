import { comparedShareText } from "../../simulator/protocol/figure-text.ts";
import { select } from "d3";
import { element, setAttribute, setShown, setText } from "../element.ts";
import { formatNumberOf } from "../format.ts";
import type { Part } from "../part.ts";
import type { BalancerLook } from "./balancer-look.ts";
import { differenceText, type EngineColumn, engineColumns } from "./engine-shares.ts";
import { type FigureCell, figureCell } from "./figure-cell.ts";
import { IMBALANCE_EXPLAINED } from "./imbalance.ts";
import { section } from "./section.ts";
import { seriesMark } from "./series.ts";

/** Engines that take turns, side by side: what each gave every instance. Hidden for one engine. */
export function balancerEngines(): Part<BalancerLook> {
  const rows = new WeakMap<Element, ReturnType<typeof engineRow>>();
  const difference = element("p", { role: "status" });
  const head = element("tr", {}, element("th", { scope: "col" }, "instance"));
  const body = element("tbody");
  const foot = element(
    "tr",
    {},
    element("th", { scope: "row", title: IMBALANCE_EXPLAINED }, "imbalance"),
  );
  const table = element(
    "div",
    { class: "figures engines scroll", role: "region", "aria-label": "Engines side by side" },
    element(
      "table",
      {},
      element("thead", {}, head),
      body,
      element("tfoot", { title: IMBALANCE_EXPLAINED }, foot),
    ),
  );
  const note = element(
    "p",
    { class: "muted explanation" },
    "Shares of all attempts since the balancer was set up; the line across a bar is the ideal share of now.",
  );
  const { element: root } = section("Engines side by side", difference, table, note);
  return {
    element: root,
    update({ picture, inspection, spotlight }) {
      const engines = inspection?.engines ?? [];
      setShown(root, engines.length > 1);
      if (engines.length < 2) return;
      const ideals = new Map(picture.rows.map((row) => [row.instance, row.ideal]));
      const columns = engineColumns(engines, ideals);
      const widest = Math.max(
        0,
        ...ideals.values(),
        ...columns.flatMap((c) => [...c.shares.values()]),
      );
      setText(difference, differenceText(columns));
      drawHead(head, columns);
      drawFoot(foot, columns);
      select(body)
        .selectAll<HTMLTableRowElement, string>("tr")
        .data([...ideals.keys()], (instance) => instance)
        .join((enter) =>
          enter.append((instance) => {
            const row = engineRow(instance);
            rows.set(row.element, row);
            spotlight.follow(row.element, () => instance);
            return row.element;
          }),
        )
        .order()
        .each(function (instance, i) {
          setAttribute(this, "class", spotlight.classOf(instance).trim() || undefined);
          const scaled = (share: number) => (widest > 0 ? share / widest : 0);
          rows.get(this)?.update(i, columns, scaled(ideals.get(instance) ?? 0), scaled);
        });
    },
  };
}

/** Each engine with its calls. */
function drawHead(head: HTMLTableRowElement, columns: readonly EngineColumn[]): void {
  select(head)
    .selectAll<HTMLTableCellElement, EngineColumn>("th.figure")
    .data([...columns])
    .join((enter) =>
      enter.append(() =>
        element(
          "th",
          { scope: "col", class: "figure" },
          element("span", { class: "engine-name" }),
          element("span", { class: "engine-calls" }),
        ),
      ),
    )
    .each(function ({ title, calls }) {
      const [name, count] = this.children;
      if (name) setText(name, title);
      if (count) setText(count, formatNumberOf(calls, "call"));
    });
}

/** The imbalance of each. */
function drawFoot(foot: HTMLTableRowElement, columns: readonly EngineColumn[]): void {
  select(foot)
    .selectAll<HTMLTableCellElement, EngineColumn>("td")
    .data([...columns])
    .join((enter) => enter.append(() => element("td", { class: "figure" })))
    .each(function ({ imbalance }) {
      setText(this, imbalance === undefined ? "–" : comparedShareText(imbalance));
    });
}

/** One instance's shares; it has as many cells as there are engines. */
function engineRow(instance: string) {
  const mark = seriesMark();
  const name = element("span", { class: "row-name" }, mark.element, element("span", {}, instance));
  const row = element("tr", {}, element("th", { scope: "row" }, name));
  const cells: FigureCell[] = [];
  return {
    element: row,
    update: (
      index: number,
      columns: readonly EngineColumn[],
      ideal: number,
      scaled: (share: number) => number,
    ) => {
      mark.update(instance, index);
      while (cells.length < columns.length) {
        const cell = figureCell();
        cells.push(cell);
        row.append(cell.element);
      }
      while (cells.length > columns.length) cells.pop()?.element.remove();
      columns.forEach(({ shares }, i) => {
        const share = shares.get(instance);
        const text = share === undefined ? "–" : comparedShareText(share);
        cells[i]?.update(text, { from: 0, to: scaled(share ?? 0) }, ideal);
      });
    },
  };
}
