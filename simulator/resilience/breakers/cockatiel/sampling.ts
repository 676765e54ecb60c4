import type { BreakerSpecOf } from "../../../protocol/spec.ts";
import { formatDuration, formatPercentage } from "../../../protocol/units.ts";
import type { BreakerEngine } from "../contract.ts";
import { CockatielEngine } from "./engine.ts";
import { SamplingWindows } from "./sampling-windows.ts";
import { halfOpenRules } from "./strategy.ts";

/** cockatiel's SamplingBreaker. */
export const sampling: BreakerEngine<BreakerSpecOf<"sampling">> = {
  id: "sampling",
  title: "Share of failures over time",
  create: ({ threshold, duration, minimumRps = 5 / threshold, ...spec }, deps) => {
    const perSecond = Math.round(minimumRps * 10) / 10;
    const calls = perSecond === 1 ? "1 call" : `${perSecond} calls`;
    return new CockatielEngine(
      {
        ...halfOpenRules(spec),
        rule: `It opens above ${formatPercentage(threshold)} of failures over ${formatDuration(duration)}, from ${calls} a second on.`,
        create: () =>
          new SamplingWindows({ threshold, durationMs: duration, minimumRps }, deps.clock),
      },
      deps,
    );
  },
};
