import type { ServiceCounters } from "../../simulator/protocol/model.ts";
import type { RetrySpec, ServiceSpec } from "../../simulator/protocol/spec.ts";
import { setShown } from "../element.ts";
import { formatCount, formatMs, formatShare } from "../format.ts";
import type { Part } from "../part.ts";
import type { Tone } from "../words.ts";
import { meterRow } from "./meter-row.ts";
import { section } from "./section.ts";

interface Layer {
  readonly tone: Tone;
  readonly verb: string;
  /** Name with its setting; undefined: the service has no such layer. */
  name(spec: ServiceSpec): string | undefined;
  count(counters: ServiceCounters): number;
}

/** From the outermost to the innermost, as a call goes through them. */
const LAYERS: readonly Layer[] = [
  {
    tone: "fallback",
    verb: "used",
    name: ({ fallback }) =>
      fallback && ("service" in fallback ? `fallback ${fallback.service}` : "fallback value"),
    count: ({ outcomes }) => outcomes.fallback,
  },
  {
    tone: "info",
    verb: "again",
    name: ({ retry }) => retry && retryName(retry),
    count: ({ retries }) => retries,
  },
  {
    tone: "refused",
    verb: "refused",
    name: ({ breaker }) => breaker && "breaker",
    count: ({ shortCircuits }) => shortCircuits,
  },
  {
    tone: "refused",
    verb: "refused",
    name: ({ bulkhead }) => bulkhead && `bulkhead ${String(bulkhead.concurrent)}`,
    count: ({ rejections }) => rejections,
  },
  {
    tone: "slow",
    verb: "hit",
    name: ({ timeout }) => `timeout ${formatMs(timeout)}`,
    count: ({ timeouts }) => timeouts,
  },
];

/** What each layer of the protection did, as a share of all attempts. */
export function layersBlock(service: string): Part {
  const rows = LAYERS.map((layer) => ({ layer, row: meterRow("") }));
  const { element: root } = section("Layers", ...rows.map(({ row }) => row.element));
  return {
    element: root,
    update({ snapshot }) {
      const state = snapshot.services[service];
      const counters = snapshot.counters.services[service];
      for (const { layer, row } of rows) {
        const name = state && layer.name(state.spec);
        setShown(row.element, name !== undefined);
        if (name === undefined) continue;
        const count = counters ? layer.count(counters) : 0;
        const calls = counters?.calls ?? 0;
        const share = calls > 0 ? count / calls : 0;
        row.rename(name);
        row.update({
          share,
          text: `${formatCount(count)} ${layer.verb}`,
          tone: layer.tone,
          title: `${formatCount(count)} on ${formatCount(calls)} calls, ${formatShare(share)}`,
        });
      }
    },
  };
}

/** `retry ×2`, or whose rules decide. */
function retryName(retry: RetrySpec): string {
  if (retry.rules === "fuseboard") return `retry ×${String(retry.attempts)}`;
  return retry.rules === "nginx" ? "nginx’s retry" : `HAProxy’s retry ×${String(retry.retries)}`;
}
