import { element, setAttribute } from "../element.ts";

/** A small field for one number with its unit. */
export interface NumberField {
  readonly element: HTMLElement;
  /** The number, or undefined when there is none or it is out of bounds. */
  value(): number | undefined;
}

export function numberField(options: {
  readonly label: string;
  readonly unit: string;
  readonly initial: number;
  readonly least: number;
  readonly most: number;
}): NumberField {
  // The browser's own: the toolkit's text field forgets its label.
  const field = element("input", {
    type: "number",
    class: "number-input",
    value: options.initial,
    min: options.least,
    max: options.most,
    step: "any",
    "aria-label": [options.label, options.unit].filter(Boolean).join(", "),
  });
  const check = (): number | undefined => {
    const value = Number(field.value);
    const valid = field.value.trim() !== "" && value >= options.least && value <= options.most;
    setAttribute(field, "aria-invalid", valid ? undefined : "true");
    return valid ? value : undefined;
  };
  field.addEventListener("input", check);
  return {
    element: element("label", { class: "number-field" }, options.label, field, options.unit),
    value: check,
  };
}
