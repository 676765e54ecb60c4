import { shareText } from "../../simulator/protocol/figure-text.ts";
import { select } from "d3";
import { element, setAttribute, setText } from "../element.ts";
import { formatNumberOf } from "../format.ts";
import type { Desk, Part } from "../part.ts";
import { seriesMark } from "./series.ts";
import type { Spotlight } from "./spotlight.ts";

/** What an instance has of a ring or a table. */
export interface Held {
  readonly instance: string;
  /** Its place among all instances. */
  readonly index: number;
  /** Points or slots. */
  readonly count: number;
  /** Of 1. */
  readonly share: number;
}

/** Whose the parts of a drawing are; pointing at a line lights up its parts. */
export function holdingsLegend(
  what: "point" | "slot",
  desk: Desk,
): Part<{ readonly held: readonly Held[]; readonly spotlight: Spotlight }> {
  const marks = new WeakMap<Element, ReturnType<typeof seriesMark>>();
  const list = element("ul", { class: "holdings" });
  return {
    element: list,
    update({ held, spotlight }) {
      select(list)
        .selectAll<HTMLLIElement, Held>("li")
        .data([...held], (one) => one.instance)
        .join((enter) =>
          enter.append(({ instance }) => {
            const mark = seriesMark();
            const name = element(
              "button",
              { type: "button", class: "plain-button" },
              mark.element,
              element("span", {}, instance),
              element("span", { class: "muted figure" }),
            );
            name.addEventListener("click", () => {
              desk.select({ instance });
            });
            const item = element("li", {}, name);
            spotlight.follow(item, () => instance);
            marks.set(item, mark);
            return item;
          }),
        )
        .order()
        .attr("class", ({ instance }) => spotlight.classOf(instance).trim())
        .each(function ({ instance, index, count, share }) {
          marks.get(this)?.update(instance, index);
          const figure = this.querySelector(".figure");
          if (figure) setText(figure, shareText(share));
          setAttribute(this, "title", `${instance}: ${formatNumberOf(count, what)}`);
        });
    },
  };
}

/** What is under the pointer, or has the focus, in words. */
export function holdingText(held: Held | undefined, of: string, what: "point" | "slot"): string {
  if (!held) return "";
  return `${held.instance}: ${shareText(held.share)} of the ${of}, ${formatNumberOf(held.count, what)}`;
}
