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

/** A table whose lines come and go. */
export function linesTable(caption: string, heads: readonly string[]): Part<readonly Line[]> {
  const body = element("tbody");
  const root = element(
    "table",
    {},
    element("caption", {}, caption),
    element(
      "thead",
      {},
      element("tr", {}, ...heads.map((h) => element("th", { scope: "col" }, h))),
    ),
    body,
  );
  return {
    element: root,
    update(lines) {
      select(body)
        .selectAll<HTMLTableRowElement, Line>("tr")
        .data([...lines], (line) => line.key)
        .join((enter) => enter.append(() => row(heads.length)))
        .order()
        .each(function (line) {
          setAttribute(this, "class", line.selected ? "selected" : undefined);
          line.cells.forEach((text, i) => {
            const cell = this.cells[i];
            const inner = i === 0 ? cell?.querySelector("button") : undefined;
            if (inner && line.select) {
              setText(inner, text);
              inner.onclick = line.select;
              setAttribute(inner, "aria-pressed", String(line.selected === true));
            } else if (cell) setText(cell, text);
            if (i === 1 && cell) setAttribute(cell, "class", line.tone && `tone-${line.tone}`);
          });
        });
    },
  };
}

function row(columns: number): HTMLTableRowElement {
  const first = element(
    "th",
    { scope: "row" },
    element("button", { class: "plain-button", type: "button" }),
  );
  const rest = Array.from({ length: columns - 1 }, () => element("td"));
  return element("tr", {}, first, ...rest);
}
