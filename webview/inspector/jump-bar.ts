import { element, setShown } from "../element.ts";
import type { Part } from "../part.ts";

/** One block of a long page, and what its link says. */
export interface Jump {
  readonly label: string;
  readonly to: HTMLElement;
}

/** Links to the blocks of a page that is longer than the window; it stays in view. */
export function jumpBar(jumps: readonly Jump[]): Part<void> {
  const links = jumps.map(({ label, to }) => {
    const link = element("button", { type: "button", class: "link" }, label);
    link.addEventListener("click", () => {
      jump(to);
    });
    return link;
  });
  const root = element(
    "nav",
    { class: "jump-bar", "aria-label": "Parts of the details" },
    ...links,
  );
  /** By hand: `scrollIntoView` would scroll the editor around the page too. */
  const jump = (to: HTMLElement) => {
    const pane = root.closest(".inspector");
    if (!pane) return;
    const sticks = getComputedStyle(root).position === "sticky";
    const top = pane.getBoundingClientRect().top + (sticks ? root.offsetHeight : 0);
    pane.scrollTop += to.getBoundingClientRect().top - top;
  };
  return {
    element: root,
    update() {
      links.forEach((link, i) => {
        setShown(link, jumps[i]?.to.hidden === false);
      });
    },
  };
}
