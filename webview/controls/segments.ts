import { element, setAttribute, setText } from "../element.ts";

export interface Segment<V extends string> {
  readonly value: V;
  readonly label: string;
  readonly title?: string;
}

/** A row of choices of which one is taken: a radio group that looks like one bar. */
export interface Segments<V extends string> {
  readonly element: HTMLElement;
  update(chosen: V): void;
  /** Gives one segment another text. */
  label(value: V, text: string): void;
}

export function segments<V extends string>(
  label: string,
  options: readonly Segment<V>[],
  chose: (value: V) => void,
): Segments<V> {
  const buttons = options.map(({ value, label: text, title }) => {
    const choice = element("button", { type: "button", role: "radio", title }, text);
    choice.addEventListener("click", () => {
      chose(value);
    });
    return choice;
  });
  const root = element(
    "div",
    { class: "segments", role: "radiogroup", "aria-label": label },
    ...buttons,
  );
  root.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const at = buttons.findIndex((choice) => choice === event.target);
    const next = (at + step + options.length) % options.length;
    const option = options[next];
    if (step === 0 || at < 0 || !option) return;
    event.preventDefault();
    buttons[next]?.focus();
    chose(option.value);
  });
  return {
    element: root,
    update(chosen) {
      options.forEach(({ value }, i) => {
        const choice = buttons[i];
        if (!choice) return;
        setAttribute(choice, "aria-checked", String(value === chosen));
        setAttribute(choice, "tabindex", value === chosen ? 0 : -1);
      });
    },
    label(value, text) {
      const choice = buttons[options.findIndex((option) => option.value === value)];
      if (choice) setText(choice, text);
    },
  };
}
