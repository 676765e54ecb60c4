import { select } from "d3";
import { element, setText } from "../element.ts";
import type { Part } from "../part.ts";

type Fact = readonly [name: string, text: string];

/** Names with their values, in two columns. */
export function factsList(): Part<readonly Fact[]> {
  const root = element("dl", { class: "facts-list" });
  return {
    element: root,
    update(facts) {
      select(root)
        .selectAll<HTMLDivElement, Fact>("div")
        .data([...facts], ([name]) => name)
        .join((enter) => enter.append(() => element("div", {}, element("dt"), element("dd"))))
        .each(function ([name, text]) {
          const [term, value] = this.children;
          if (term) setText(term, name);
          if (value) setText(value, text);
        });
    },
  };
}
