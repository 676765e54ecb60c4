import { element, setShown, setText } from "../element.ts";
import type { Bar } from "./column-bars.ts";

/** A cell with a figure and a thin bar under it; `mark` is a line across the bar. */
export interface FigureCell {
  readonly element: HTMLTableCellElement;
  update(text: string, bar: Bar | undefined, mark?: number): void;
}

export function figureCell(): FigureCell {
  const figure = element("span");
  const fill = element("span", { class: "cell-fill" });
  const line = element("span", { class: "cell-mark" });
  const track = element("span", { class: "cell-track" }, fill, line);
  return {
    element: element("td", { class: "figure" }, figure, track),
    update(text, bar, mark) {
      setText(figure, text);
      fill.style.left = percent(bar?.from ?? 0);
      fill.style.width = percent(bar ? bar.to - bar.from : 0);
      setShown(line, mark !== undefined);
      line.style.left = percent(mark ?? 0);
    },
  };
}

function percent(share: number): string {
  return `${(Math.min(1, Math.max(0, share)) * 100).toFixed(1)}%`;
}
