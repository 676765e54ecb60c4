import { setAttribute } from "../element.ts";

/** What the toolkit's button has besides what every element has. */
export interface Button extends HTMLElement {
  disabled: boolean;
}

export interface ButtonOptions {
  readonly label: string;
  /** Shown on hover; says more than the label. */
  readonly title?: string;
  readonly look?: "primary" | "secondary" | "quiet";
  readonly run: () => void;
}

/** A button of the toolkit. */
export function button({ label, title, look = "secondary", run }: ButtonOptions): Button {
  const built = document.createElement("vscode-button") as Button;
  setAttribute(built, "appearance", look === "primary" ? "primary" : "secondary");
  setAttribute(built, "class", look === "quiet" ? "quiet" : undefined);
  setAttribute(built, "title", title);
  setAttribute(built, "aria-label", label.length < 2 ? title : undefined);
  built.textContent = label;
  built.addEventListener("click", run);
  return built;
}

/** Enables or disables. */
export function setEnabled(target: Button, enabled: boolean): void {
  if (target.disabled === enabled) target.disabled = !enabled;
}
