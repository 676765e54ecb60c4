import { drag, select } from "d3";
import { element, setAttribute } from "./element.ts";

export interface SplitterOptions {
  readonly label: string;
  /** `row` lies between two things above each other. */
  readonly orientation: "row" | "column";
  /** Size of the part after it, in px. */
  readonly size: () => number;
  readonly resized: (px: number) => void;
}

const STEP_PX = 16;

/** A bar to drag, or to move with the arrow keys, that gives the part after it another size. */
export function splitter({ label, orientation, size, resized }: SplitterOptions): HTMLElement {
  const bar = element("div", {
    class: `splitter ${orientation}`,
    role: "separator",
    tabindex: 0,
    "aria-label": label,
    "aria-orientation": orientation === "row" ? "horizontal" : "vertical",
  });
  select(bar).call(
    drag<HTMLDivElement, unknown>()
      .container(document.body)
      .on("drag", (event: { dx: number; dy: number }) => {
        resized(size() - (orientation === "row" ? event.dy : event.dx));
      }),
  );
  bar.addEventListener("keydown", (event) => {
    const [less, more] =
      orientation === "row" ? ["ArrowDown", "ArrowUp"] : ["ArrowRight", "ArrowLeft"];
    const by = event.key === more ? STEP_PX : event.key === less ? -STEP_PX : 0;
    if (by === 0) return;
    event.preventDefault();
    resized(size() + by);
  });
  setAttribute(bar, "title", label);
  return bar;
}
