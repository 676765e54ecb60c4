import { durationText, shareText } from "../../simulator/protocol/figure-text.ts";
import type { CallTrace } from "../../simulator/protocol/model.ts";
import { button, setEnabled } from "../controls/button.ts";
import { element, setAttribute, setShown, setText } from "../element.ts";
import { formatCount, formatNumberOf, formatRate } from "../format.ts";
import type { Desk, Part } from "../part.ts";
import { faultsBetween } from "../words.ts";
import { factsList } from "./facts-list.ts";
import { faultBlock } from "./faults.ts";

interface Ends {
  readonly from: string;
  readonly to: string;
}

/** Everything about what one service calls of another. */
export function edgeInspector({ from, to }: Ends, desk: Desk): Part {
  const end = (service: string) => {
    const link = element("button", { type: "button", class: "plain-button" }, service);
    link.addEventListener("click", () => {
      desk.select({ service });
    });
    return link;
  };
  const subtitle = element("p", { class: "muted" });
  const facts = factsList();
  const faults = faultBlock({ from, to }, desk);
  let partition: string | undefined;
  const cut = button({
    label: "Partition",
    title: `${from} and ${to} do not reach each other until it is healed`,
    run: () => {
      desk.run(`partition ${from} and ${to}`, () =>
        desk.client.request("injectFault", {
          target: { from, to },
          fault: { kind: "partition" },
        }),
      );
    },
  });
  const heal = button({
    label: "Heal the partition",
    look: "primary",
    run: () => {
      const id = partition;
      if (id === undefined) return;
      desk.run("heal the partition", () => desk.client.request("clearFaults", { ids: [id] }));
    },
  });
  const root = element(
    "div",
    {},
    element("h2", { class: "edge-title" }, end(from), " → ", end(to)),
    subtitle,
    element("div", { class: "actions" }, cut, heal),
    facts.element,
    faults.element,
  );
  return {
    element: root,
    update(moment) {
      const { snapshot, rates } = moment;
      const key = `${from}>${to}`;
      const { perSecond, failedShare, fallbacksPerSecond } = rates.edge(key);
      const counters = snapshot.counters.edges[key];
      partition = faultsBetween(snapshot.faults, from, to).find(
        ({ fault }) => fault.kind === "partition",
      )?.id;
      setText(
        subtitle,
        partition === undefined
          ? `${formatRate(perSecond)} · ${shareText(failedShare)} failed`
          : "Partitioned: no packet gets through, in either direction.",
      );
      setAttribute(subtitle, "class", partition === undefined ? "muted" : "problem-text tone-bad");
      setShown(cut, partition === undefined && snapshot.faultKinds.includes("partition"));
      setEnabled(cut, snapshot.phase === "running");
      setShown(heal, partition !== undefined);
      facts.update([
        ["calls", formatCount(counters?.calls ?? 0)],
        ["failed", formatCount(counters?.failed ?? 0)],
        [
          "fallback",
          `${formatCount(counters?.fallbacks ?? 0)}, ${formatRate(fallbacksPerSecond)} now`,
        ],
        ["latency", latencyText(snapshot.calls, { from, to })],
      ]);
      faults.update(moment);
    },
  };
}

/** Percentiles (nearest rank) of the newest calls on an edge that are at hand. */
export function latencyText(calls: readonly CallTrace[], { from, to }: Ends): string {
  const durations = calls
    .flatMap(({ service, caller, startedAt, endedAt }) =>
      service === to &&
      caller.kind === "instance" &&
      caller.service === from &&
      endedAt !== undefined
        ? [endedAt - startedAt]
        : [],
    )
    .sort((a, b) => a - b);
  if (durations.length === 0) return "none yet";
  const rank = (share: number) => durations[Math.ceil(share * durations.length) - 1] ?? 0;
  return `p50 ${durationText(rank(0.5))}, p95 ${durationText(rank(0.95))} of the last ${formatNumberOf(durations.length, "call")}`;
}
