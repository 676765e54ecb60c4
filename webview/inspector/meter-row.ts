import { element, setAttribute, setText } from "../element.ts";
import type { Tone } from "../words.ts";

export interface Meter {
  readonly share: number;
  readonly text: string;
  readonly tone: Tone;
  readonly title?: string;
}

/** A line with a name, a bar and a figure. */
export function meterRow(name: string): {
  readonly element: HTMLElement;
  update(meter: Meter): void;
  rename(name: string): void;
} {
  const label = element("span", {}, name);
  const fill = element("div");
  const figure = element("span", { class: "figure muted" });
  const root = element(
    "div",
    { class: "meter" },
    label,
    element("div", { class: "meter-track" }, fill),
    figure,
  );
  return {
    element: root,
    rename: (text) => {
      setText(label, text);
    },
    update({ share, text, tone, title }) {
      setAttribute(fill, "class", `tone-${tone}`);
      fill.style.width = `${(Math.min(1, Math.max(0, share)) * 100).toFixed(1)}%`;
      setText(figure, text);
      setAttribute(root, "title", title);
    },
  };
}
