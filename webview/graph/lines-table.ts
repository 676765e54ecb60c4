import { select } from "d3";
import { element, setAttribute, setText } from "../element.ts";
import type { Part } from "../part.ts";

/** One line of a table; the first cell is a button where it can be selected. */
export interface Line {
  readonly key: string;
  readonly cells: readonly string[];
  readonly select?: () => void;
  readonly selected?: boolean;
  readonly tone?: string;
}

/** A column; figures stand at its right, so that they can be compared. */
export interface Column {
  readonly title: string;
  readonly figure: boolean;
}

/** Columns of words. */
export const words = (...titles: readonly string[]): Column[] =>
  titles.map((title) => ({ title, figure: false }));

/** Columns of figures. */
export const figures = (...titles: readonly string[]): Column[] =>
  titles.map((title) => ({ title, figure: true }));

/** A table whose lines come and go. */
export function linesTable(caption: string, columns: readonly Column[]): Part<readonly Line[]> {
  const body = element("tbody");
  const root = element(
    "table",
    {},
    element("caption", {}, caption),
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        ...columns.map(({ title, figure }) =>
          element("th", { scope: "col", ...(figure && { class: "figure" }) }, title),
        ),
      ),
    ),
    body,
  );
  return {
    element: root,
    update(lines) {
      select(body)
        .selectAll<HTMLTableRowElement, Line>("tr")
        .data([...lines], (line) => line.key)
        .join((enter) => enter.append(() => row(columns)))
        .order()
        .each(function (line) {
          setAttribute(this, "class", line.selected ? "selected" : undefined);
          line.cells.forEach((text, i) => {
            const cell = this.cells[i];
            const inner = i === 0 ? cell?.querySelector("button") : undefined;
            if (inner && line.select) {
              setText(inner, text);
              setAttribute(inner, "title", text);
              inner.onclick = line.select;
              setAttribute(inner, "aria-pressed", String(line.selected === true));
            } else if (cell) setText(cell, text);
            if (i === 1 && cell) setAttribute(cell, "class", line.tone && `tone-${line.tone}`);
          });
        });
    },
  };
}

function row([, ...others]: readonly Column[]): HTMLTableRowElement {
  const first = element(
    "th",
    { scope: "row" },
    element("button", { class: "plain-button", type: "button" }),
  );
  const rest = others.map(({ figure }) => element("td", figure ? { class: "figure" } : {}));
  return element("tr", {}, first, ...rest);
}
