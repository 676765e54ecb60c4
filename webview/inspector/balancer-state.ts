import { shareText } from "../../simulator/protocol/figure-text.ts";
import { select } from "d3";
import type { BalancerPicture } from "../../simulator/protocol/balancer-model.ts";
import { element, setAttribute, setShown, setText } from "../element.ts";
import { formatFigure } from "../format.ts";
import type { Desk, Part } from "../part.ts";
import type { BalancerLook } from "./balancer-look.ts";
import { columnBars } from "./column-bars.ts";
import { type FigureCell, figureCell } from "./figure-cell.ts";
import { seriesMark } from "./series.ts";

type Column = BalancerPicture["columns"][number];
type Row = BalancerPicture["rows"][number];

/** The first columns of every algorithm. */
const SHARES: readonly Column[] = [
  { title: "ideal", explanation: "Share of the calls that it would get if all cost the same." },
  { title: "now", explanation: "Its share of the picks of the last 10s; the line is its ideal." },
];

/** The algorithm's state as it is: each instance with its shares and the algorithm's figures. */
export function balancerState(desk: Desk): Part<BalancerLook> {
  const rows = new WeakMap<Element, ReturnType<typeof stateRow>>();
  const head = element("tr", {}, element("th", { scope: "col" }, "instance"));
  const body = element("tbody");
  const meanings = element("dl", { class: "meanings" });
  const key = element(
    "details",
    { class: "fold" },
    element("summary", {}, "What the columns mean"),
  );
  key.append(meanings);
  const table = element(
    "div",
    {
      class: "figures scroll",
      role: "region",
      "aria-label": "State of the algorithm",
    },
    element("table", {}, element("thead", {}, head), body),
  );
  const none = element("p", { class: "muted" });
  const root = element("div", { class: "balancer-state" }, table, none, key);
  return {
    element: root,
    update(look) {
      const { picture, moment, spotlight } = look;
      const columns = [...SHARES, ...picture.columns];
      setShown(table, picture.rows.length > 0);
      setShown(key, picture.rows.length > 0);
      setShown(none, picture.rows.length === 0);
      setText(none, look.inspection ? "No instance is registered yet." : "Asking for its state…");
      drawHead(head, columns);
      drawMeanings(meanings, columns);
      const picks = picture.rows.map((row) => Math.max(0, moment.rates.picks(row.instance)));
      const all = picks.reduce((a, b) => a + b, 0);
      const shares = picks.map((count) => (all > 0 ? count / all : undefined));
      const most = Math.max(0, ...shares.map((s) => s ?? 0), ...picture.rows.map((r) => r.ideal));
      const bars = columnBars(picture);
      select(body)
        .selectAll<HTMLTableRowElement, Row>("tr")
        .data(picture.rows, (row) => row.instance)
        .join((enter) =>
          enter.append(({ instance }) => {
            const row = stateRow(instance, desk);
            rows.set(row.element, row);
            spotlight.follow(row.element, () => instance);
            return row.element;
          }),
        )
        .order()
        .each(function (row, i) {
          const drawn = rows.get(this);
          if (!drawn) return;
          const idle = row.ideal === 0 ? "excluded" : "";
          setAttribute(this, "class", `${idle}${spotlight.classOf(row.instance)}`.trim());
          drawn.name(row, i);
          const cells = drawn.cells(columns.length);
          const share = shares[i];
          cells[0]?.update(shareText(row.ideal), scaled(row.ideal, most));
          cells[1]?.update(
            share === undefined ? "–" : shareText(share),
            scaled(share ?? 0, most),
            most > 0 ? row.ideal / most : undefined,
          );
          picture.columns.forEach((_, column) => {
            cells[column + SHARES.length]?.update(
              formatFigure(row.figures[column]),
              bars[i]?.[column],
            );
          });
        });
    },
  };
}

function scaled(share: number, most: number) {
  return { from: 0, to: most > 0 ? share / most : 0 };
}

function drawHead(head: HTMLTableRowElement, columns: readonly Column[]): void {
  select(head)
    .selectAll<HTMLTableCellElement, Column>("th.figure")
    .data([...columns])
    .join((enter) => enter.append(() => element("th", { scope: "col", class: "figure" })))
    .each(function ({ title, explanation }) {
      setText(this, inside(title));
      setAttribute(this, "title", explanation);
    });
}

function drawMeanings(list: HTMLElement, columns: readonly Column[]): void {
  select(list)
    .selectAll<HTMLDivElement, Column>("div")
    .data([...columns])
    .join((enter) => enter.append(() => element("div", {}, element("dt"), element("dd"))))
    .each(function ({ title, explanation }) {
      const [term, meaning] = this.children;
      if (term) setText(term, inside(title));
      if (meaning) setText(meaning, explanation);
    });
}

/** A title as it stands in a line: small, unless it is an abbreviation. */
function inside(title: string): string {
  return /^[A-Z][a-z]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;
}

/** One instance's row; it has as many cells as were asked for last. */
function stateRow(instance: string, desk: Desk) {
  const mark = seriesMark();
  const name = element("button", { type: "button", class: "plain-button" }, instance);
  name.addEventListener("click", () => {
    desk.select({ instance });
  });
  const note = element("span", { class: "note" });
  const row = element(
    "tr",
    {},
    element(
      "th",
      { scope: "row" },
      element("span", { class: "row-name" }, mark.element, name),
      note,
    ),
  );
  const cells: FigureCell[] = [];
  return {
    element: row,
    name: (data: Row, index: number) => {
      mark.update(data.instance, index);
      setText(note, data.note ?? "");
      setShown(note, data.note !== undefined);
    },
    cells: (count: number): readonly FigureCell[] => {
      while (cells.length < count) {
        const cell = figureCell();
        cells.push(cell);
        row.append(cell.element);
      }
      while (cells.length > count) cells.pop()?.element.remove();
      return cells;
    },
  };
}
