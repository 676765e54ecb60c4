import { durationText } from "../../simulator/protocol/figure-text.ts";
import { element, setShown } from "../element.ts";
import type { Part } from "../part.ts";
import { meterRow } from "./meter-row.ts";
import { section } from "./section.ts";

const PERCENTILES = ["p50", "p95", "p99"] as const;

/** Latency percentiles, on a scale that ends at the slowest of them. */
export function latencyBlock(service: string): Part {
  const rows = PERCENTILES.map((name) => ({ name, row: meterRow(name) }));
  const none = element("p", { class: "muted" }, "No call has ended yet.");
  const { element: root } = section("Latency", ...rows.map(({ row }) => row.element), none);
  return {
    element: root,
    update({ snapshot }) {
      const counters = snapshot.counters.services[service];
      const timeoutMs = snapshot.services[service]?.spec.timeout ?? 0;
      const known = counters !== undefined && counters.p99 > 0;
      setShown(none, !known);
      for (const { name, row } of rows) {
        setShown(row.element, known);
        if (!known) continue;
        const ms = counters[name];
        const tone = timeoutMs > 0 && ms >= timeoutMs * 0.9 ? "slow" : "info";
        row.update({ share: ms / counters.p99, text: durationText(ms), tone });
      }
    },
  };
}
