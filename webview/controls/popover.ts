import { element, setAttribute } from "../element.ts";
import { button } from "./button.ts";

/** A button that opens a small window under itself; Escape and a click outside close it. */
export interface Popover {
  readonly element: HTMLElement;
  close(): void;
}

export function popover(
  label: string,
  title: string,
  content: HTMLElement,
  opened: () => void,
): Popover {
  const panel = element("div", { class: "popover", role: "dialog", "aria-label": title }, content);
  panel.hidden = true;
  const show = (shown: boolean) => {
    panel.hidden = !shown;
    setAttribute(opener, "aria-expanded", String(shown));
    if (shown) opened();
  };
  const opener = button({
    label,
    title,
    run: () => {
      show(panel.hidden !== false);
    },
  });
  setAttribute(opener, "aria-expanded", "false");
  const root = element("div", { class: "popover-anchor" }, opener, panel);
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel.hidden) return;
    event.stopPropagation();
    show(false);
    opener.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!panel.hidden && event.target instanceof Node && !root.contains(event.target)) show(false);
  });
  return {
    element: root,
    close: () => {
      show(false);
    },
  };
}
