import { shareText } from "../../simulator/protocol/figure-text.ts";
import { select } from "d3";
import { Outcome } from "../../simulator/protocol/model.ts";
import { element, setAttribute, setText } from "../element.ts";
import { formatCount, formatNumberOf } from "../format.ts";
import type { Part } from "../part.ts";
import { outcomeWord, toneOf } from "../words.ts";
import { section } from "./section.ts";

interface Count {
  readonly outcome: Outcome;
  readonly count: number;
  readonly share: number;
}

/** Exact totals since the start: one bar of all outcomes, with its legend. */
export function outcomesBlock(service: string): Part {
  const bar = element("div", { class: "stack", role: "img" });
  const legend = element("ul", { class: "legend" });
  const totals = element("p", { class: "muted" });
  const { element: root } = section("Calls since the start", bar, legend, totals);
  return {
    element: root,
    update({ snapshot }) {
      const counters = snapshot.counters.services[service];
      const ended = Object.values(counters?.outcomes ?? {}).reduce((a, b) => a + b, 0);
      const counts: Count[] = Outcome.options.flatMap((outcome) => {
        const count = counters?.outcomes[outcome] ?? 0;
        return count > 0 ? [{ outcome, count, share: count / ended }] : [];
      });
      select(bar)
        .selectAll<HTMLDivElement, Count>("div")
        .data(counts, ({ outcome }) => outcome)
        .join("div")
        .order()
        .attr("class", ({ outcome }) => `tone-${toneOf(outcome)}`)
        .style("flex-grow", ({ share }) => String(share));
      const words = counts.map((c) => `${formatCount(c.count)} ${outcomeWord(c.outcome)}`);
      setAttribute(bar, "aria-label", words.join(", ") || "No call has ended yet");
      select(legend)
        .selectAll<HTMLLIElement, Count>("li")
        .data(counts, ({ outcome }) => outcome)
        .join((enter) =>
          enter.append(() =>
            element("li", {}, element("span"), element("span", { class: "muted" })),
          ),
        )
        .order()
        .attr("class", ({ outcome }) => `tone-${toneOf(outcome)}`)
        .each(function ({ outcome, count, share }) {
          const [word, figure] = this.children;
          if (word) setText(word, outcomeWord(outcome));
          if (figure) setText(figure, `${formatCount(count)} · ${shareText(share)}`);
        });
      const calls = counters?.calls ?? 0;
      setText(
        totals,
        `${formatNumberOf(calls, "call")}, ${formatNumberOf(counters?.attempts ?? 0, "attempt")}, ${formatCount(Math.max(0, calls - ended))} in flight.`,
      );
    },
  };
}
