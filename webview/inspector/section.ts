import { element } from "../element.ts";

/** A titled block of the inspector. */
export function section(
  title: string,
  ...children: (Node | string)[]
): {
  readonly element: HTMLElement;
  readonly heading: HTMLElement;
} {
  const heading = element("h3", {}, title);
  return { element: element("section", { class: "block" }, heading, ...children), heading };
}
