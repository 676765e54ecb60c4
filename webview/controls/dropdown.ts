import { setAttribute } from "../element.ts";

/** What the toolkit's dropdown has besides what every element has. */
interface Dropdown extends HTMLElement {
  value: string;
  readonly open: boolean;
}

export interface DropdownOption {
  readonly value: string;
  readonly label: string;
}

/** A dropdown whose options and choice are set from outside; it tells what the user chose. */
export interface DropdownControl {
  readonly element: HTMLElement;
  update(options: readonly DropdownOption[], chosen: string): void;
  value(): string;
}

export function dropdown(label: string, chose: (value: string) => void): DropdownControl {
  const built = document.createElement("vscode-dropdown") as Dropdown;
  setAttribute(built, "aria-label", label);
  let shown = "";
  let current = "";
  built.addEventListener("change", () => {
    if (built.value === current) return;
    current = built.value;
    chose(built.value);
  });
  return {
    element: built,
    value: () => current,
    update(options, chosen) {
      const wanted = JSON.stringify(options);
      if (wanted !== shown) {
        shown = wanted;
        built.replaceChildren(
          ...options.map(({ value, label: text }) => {
            const option = document.createElement("vscode-option");
            option.textContent = text;
            setAttribute(option, "value", value);
            setAttribute(option, "selected", value === chosen);
            return option;
          }),
        );
      } else if (chosen !== current && !built.open) {
        built.value = chosen;
      } else {
        return;
      }
      current = chosen;
    },
  };
}
