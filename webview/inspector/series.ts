import { element, setAttribute, setText } from "../element.ts";

/** Colours of theme that tell instances apart; `series-0` to `series-7` in balancer.css. */
const COLOURS = 8;

/** The number at the end of an instance's name, which stands for it where its name has no room. */
export function seriesNumber(instance: string, index: number): string {
  return /(\d+)$/.exec(instance)?.[1] ?? String(index + 1);
}

/** The class with an instance's colour; it stays the same when others come and go. */
export function seriesClass(instance: string, index: number): string {
  return `series-${String((Number(seriesNumber(instance, index)) + COLOURS - 1) % COLOURS)}`;
}

/** An instance's key: its number on its colour, so that neither is needed alone. */
export function seriesMark(): {
  readonly element: HTMLElement;
  update(instance: string, index: number): void;
} {
  const mark = element("span", { class: "series-mark", "aria-hidden": "true" });
  return {
    element: mark,
    update(instance, index) {
      setText(mark, seriesNumber(instance, index));
      setAttribute(mark, "class", `series-mark ${seriesClass(instance, index)}`);
    },
  };
}
