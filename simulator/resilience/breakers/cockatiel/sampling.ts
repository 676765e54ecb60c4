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
  create: ({ threshold, duration, minimumRps, ...spec }, deps) => {
    // In the library's own steps, which decide about the last digit.
    const minimumRpms = minimumRps ? minimumRps / 1000 : 5 / (threshold * 1000);
    const perSecond = Math.round(minimumRpms * 10_000) / 10;
    const calls = perSecond === 1 ? "1 call" : `${perSecond} calls`;
    return new CockatielEngine(
      {
        ...halfOpenRules(spec),
        rule: `It opens above ${formatPercentage(threshold)} of failures over ${formatDuration(duration)}, from ${calls} a second on.`,
        create: () =>
          new SamplingWindows({ threshold, durationMs: duration, minimumRpms }, deps.clock),
      },
      deps,
    );
  },
};
