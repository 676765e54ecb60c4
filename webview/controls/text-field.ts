import { element, setAttribute, setShown, setText } from "../element.ts";

/** A small field for a text, with its label and what is wrong with it. */
export interface TextField {
  readonly element: HTMLElement;
  value(): string;
  /** Says what is wrong, or with undefined that nothing is. */
  complain(problem: string | undefined): void;
}

export function textField(options: {
  readonly label: string;
  readonly initial?: string;
  readonly placeholder?: string;
  /** Shown on hover; says more than the label. */
  readonly title?: string;
  /** In px; without one it takes the room there is. */
  readonly width?: number;
  /** The label stands above the field, not beside it. */
  readonly above?: boolean;
  readonly changed?: (value: string) => void;
}): TextField {
  // The browser's own: the toolkit's text field forgets its label.
  const field = element("input", {
    type: "text",
    class: "text-input",
    value: options.initial,
    placeholder: options.placeholder,
    spellcheck: "false",
    autocomplete: "off",
    "aria-description": options.title,
  });
  if (options.width !== undefined) field.style.width = `${String(options.width)}px`;
  const problem = element("p", { class: "field-problem", role: "alert" });
  problem.hidden = true;
  const label = element(
    "label",
    { class: options.above ? "text-field above" : "text-field", title: options.title },
    element("span", {}, options.label),
    field,
  );
  const complain = (text: string | undefined) => {
    setText(problem, text ?? "");
    setShown(problem, text !== undefined);
    setAttribute(field, "aria-invalid", text === undefined ? undefined : "true");
  };
  field.addEventListener("input", () => {
    complain(undefined);
    options.changed?.(field.value);
  });
  return {
    element: element("div", { class: "text-field-box" }, label, problem),
    value: () => field.value,
    complain,
  };
}
