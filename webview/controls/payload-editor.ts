import { element, setShown, setText } from "../element.ts";
import { popover } from "./popover.ts";

export interface PayloadView {
  readonly text: string;
  readonly poisson: boolean;
  /** Whether arrivals matter: only in an open loop. */
  readonly open: boolean;
}

/** The small window with the load's payload and its arrivals. */
export function payloadEditor(listener: {
  changed(text: string): void;
  poisson(on: boolean): void;
}): { readonly element: HTMLElement; update(view: PayloadView): void } {
  // The browser's own: the toolkit's text area forgets its label.
  const area = element("textarea", {
    class: "payload-text",
    rows: 5,
    spellcheck: "false",
    "aria-label": "Payload, JSON",
  });
  const problem = element("p", { class: "field-problem", role: "alert" });
  const box = element("input", { type: "checkbox", id: "poisson" });
  const arrivals = element(
    "label",
    { class: "check", for: "poisson" },
    box,
    "Random arrivals (Poisson)",
  );
  const content = element(
    "div",
    { class: "payload" },
    element("h3", {}, "Payload of each call"),
    area,
    problem,
    arrivals,
  );
  let shown = "";
  area.addEventListener("input", () => {
    shown = area.value;
    setText(problem, problemOf(area.value));
    listener.changed(area.value);
  });
  box.addEventListener("change", () => {
    listener.poisson(box.checked);
  });
  const anchor = popover("Payload…", "Payload and arrivals of the load", content, () => {
    area.focus();
  });
  return {
    element: anchor.element,
    update({ text, poisson, open }) {
      if (text !== shown) {
        shown = text;
        area.value = text;
      }
      setText(problem, problemOf(text));
      box.checked = poisson;
      setShown(arrivals, open);
    },
  };
}

function problemOf(text: string): string {
  try {
    JSON.parse(text);
    return "";
  } catch (error) {
    return `Not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}
