import { element, setAttribute } from "../element.ts";

/** A slider over 1, 2, 5, 10, 20, 50, …: each step is felt the same. */
export interface Slider {
  readonly element: HTMLInputElement;
  update(value: number): void;
}

const STEPS_PER_DECADE = 20;

function toPosition(value: number): number {
  return Math.round(Math.log10(Math.max(1, value)) * STEPS_PER_DECADE);
}

/** The number at a position, to two digits. */
function toValue(position: number): number {
  const exact = 10 ** (position / STEPS_PER_DECADE);
  const digit = 10 ** Math.max(0, Math.floor(Math.log10(exact)) - 1);
  return Math.round(exact / digit) * digit;
}

export function slider(label: string, most: number, slid: (value: number) => void): Slider {
  const input = element("input", {
    type: "range",
    class: "slider",
    min: 0,
    max: toPosition(most),
    step: 1,
    "aria-label": label,
  });
  const fill = () => {
    const share = Number(input.value) / Number(input.max);
    input.style.setProperty("--filled", `${(share * 100).toFixed(1)}%`);
  };
  input.addEventListener("input", () => {
    fill();
    slid(toValue(Number(input.value)));
  });
  return {
    element: input,
    update(value) {
      setAttribute(input, "aria-valuetext", String(value));
      const position = String(toPosition(value));
      if (document.activeElement !== input || input.value !== position) input.value = position;
      fill();
    },
  };
}
