import { element, setAttribute } from "../element.ts";

/** A small field for one number with its unit. */
export interface NumberField {
  readonly element: HTMLElement;
  /** The number, or undefined when there is none or it is out of bounds. */
  value(): number | undefined;
  /** Shows a number set elsewhere; what the user typed stays until another is told. */
  update(value: number): void;
}

export function numberField(options: {
  readonly label: string;
  readonly unit: string;
  /** For screen readers, where label and unit make sense only beside other controls. */
  readonly name?: string;
  /** Shown on hover; says more than the label. */
  readonly title?: string;
  readonly initial: number;
  readonly least: number;
  readonly most: number;
  /** Only whole numbers. */
  readonly whole?: boolean;
  /** The user entered another number within the bounds. */
  readonly changed?: (value: number) => void;
}): NumberField {
  // The browser's own: the toolkit's text field forgets its label.
  const field = element("input", {
    type: "number",
    class: "number-input",
    value: options.initial,
    min: options.least,
    max: options.most,
    step: options.whole ? 1 : "any",
    "aria-label": options.name ?? [options.label, options.unit].filter(Boolean).join(", "),
    "aria-description": options.title,
  });
  let told = options.initial;
  const check = (): number | undefined => {
    const value = Number(field.value);
    const inside = value >= options.least && value <= options.most;
    const fits = !options.whole || Number.isInteger(value);
    const valid = field.value.trim() !== "" && inside && fits;
    setAttribute(field, "aria-invalid", valid ? undefined : "true");
    return valid ? value : undefined;
  };
  field.addEventListener("input", check);
  field.addEventListener("change", () => {
    const value = check();
    if (value !== undefined) options.changed?.(value);
  });
  return {
    element: element(
      "label",
      { class: "number-field", title: options.title },
      element("span", {}, options.label),
      field,
      options.unit,
    ),
    value: check,
    update(value) {
      if (value === told) return;
      told = value;
      field.value = String(value);
      check();
    },
  };
}
