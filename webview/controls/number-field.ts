import type { TextBox } from "./text-box.ts";
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
  const field = document.createElement("vscode-text-field") as TextBox;
  field.value = String(options.initial);
  setAttribute(field, "aria-label", `${options.label}, ${options.unit}`);
  setAttribute(field, "size", 5);
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
