import { smallShareText } from "../../simulator/protocol/figure-text.ts";
import type { BalancerPicture } from "../../simulator/protocol/balancer-model.ts";
import { element, setAttribute, setText } from "../element.ts";
import { formatCount, formatNumberOf } from "../format.ts";
import type { Part } from "../part.ts";
import type { BalancerLook } from "./balancer-look.ts";
import { IMBALANCE_EXPLAINED, imbalanceWord } from "./imbalance.ts";
import { section } from "./section.ts";
import { sharesChart } from "./shares-chart.ts";
import { SharesWindow, type WindowTotal } from "./shares-window.ts";

/** With fewer picks an instance, chance alone makes shares uneven. */
const FEW_PICKS = 10;

/** Shares over the last minute against the ideal ones; imbalance as one number; who waits. */
export function balancerShares(): Part<BalancerLook> {
  const window = new SharesWindow();
  const chart = sharesChart();
  const axis = element(
    "div",
    { class: "window-axis muted" },
    element("span", {}, "60s ago"),
    element("span", { class: "dash-key" }, "ideal"),
    element("span", {}, "now"),
  );
  const imbalance = tile("imbalance", IMBALANCE_EXPLAINED);
  const waiting = tile("waiting", "Attempts that wait for a free connection.");
  const { element: root } = section(
    "Shares",
    element("dl", { class: "tiles" }, imbalance.element, waiting.element),
    chart.element,
    axis,
  );
  let total: WindowTotal = window.total();
  return {
    element: root,
    update({ moment, picture, instances, inspection, spotlight }) {
      if (inspection && !moment.paused) {
        const ideals = new Map(picture.rows.map((row) => [row.instance, row.ideal]));
        const tallies = instances.map(({ id }) => ({
          instance: id,
          picks: moment.snapshot.counters.instances[id]?.picks ?? 0,
          ideal: ideals.get(id) ?? 0,
        }));
        if (window.push(moment.now, tallies)) total = window.total();
      }
      chart.update({ window, spotlight });
      if (total.imbalance === undefined) {
        imbalance.update("–", "no picks yet");
      } else {
        const few = total.picks < FEW_PICKS * total.portions.size;
        imbalance.update(
          smallShareText(total.imbalance),
          few ? `of ${formatNumberOf(total.picks, "pick")} only` : imbalanceWord(total.imbalance),
        );
      }
      waiting.update(
        formatCount(picture.waiting),
        picture.waiting === 0 ? "nobody is queued" : queuedWhere(picture),
      );
    },
  };
}

/** Who waits for which server, longest queue first; those without one wait for any. */
export function queuedWhere({ columns, rows }: BalancerPicture): string {
  const column = columns.findIndex(({ title }) => /^queued$/i.test(title));
  const queues = rows
    .map((row) => ({ instance: row.instance, queued: row.figures[column] ?? 0 }))
    .filter(({ queued }) => queued > 0)
    .sort((a, b) => b.queued - a.queued);
  if (queues.length === 0) return "for any connection";
  return queues.map(({ instance, queued }) => `${formatCount(queued)} for ${instance}`).join(", ");
}

/** One number with its name and what it means. */
function tile(name: string, explanation: string) {
  const figure = element("span", { class: "tile-figure" });
  const word = element("span", { class: "muted" });
  const root = element(
    "div",
    { title: explanation },
    element("dt", {}, name, element("span", { class: "visually-hidden" }, `. ${explanation}`)),
    element("dd", {}, figure, word),
  );
  return {
    element: root,
    update: (text: string, words: string) => {
      setText(figure, text);
      setText(word, words);
      setAttribute(word, "title", words);
    },
  };
}
