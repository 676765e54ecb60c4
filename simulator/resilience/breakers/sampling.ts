import { SamplingBreaker } from "cockatiel";
import { z } from "zod";
import type { BreakerSpec } from "../../protocol/spec.ts";
import { formatDuration, formatPercentage } from "../../protocol/units.ts";
import { CockatielBreaker } from "./cockatiel-breaker.ts";
import type { BreakerEngine } from "./contract.ts";

/** What cockatiel 4's SamplingBreaker gives as its state. */
const State = z.object({
  windows: z.array(
    z.object({ startedAt: z.number(), failures: z.number(), successes: z.number() }),
  ),
  currentWindow: z.number(),
});

/** cockatiel's SamplingBreaker. Its windows are a ring; the one after the current is the oldest. */
export const sampling: BreakerEngine<Extract<BreakerSpec, { engine: "sampling" }>> = {
  id: "sampling",
  title: "Share of failures over time",
  create: (spec, deps) => {
    const { threshold, duration, minimumRps } = spec;
    const perSecond = minimumRps ?? Math.round((5 / threshold) * 10) / 10;
    const calls = perSecond === 1 ? "1 call" : `${perSecond} calls`;
    return new CockatielBreaker(
      {
        engine: "sampling",
        halfOpenAfterMs: spec.halfOpenAfter,
        rule: `It opens above ${formatPercentage(threshold)} of failures over ${formatDuration(duration)}, from ${calls} a second on.`,
        create: () =>
          new SamplingBreaker({
            threshold,
            duration,
            ...(minimumRps !== undefined && { minimumRps }),
          }),
        window: (breaker) => {
          const { windows, currentWindow } = State.parse(breaker.state);
          return windows
            .map((_, i) => windows[(currentWindow + 1 + i) % windows.length])
            .map((slice) => ({ successes: slice?.successes ?? 0, failures: slice?.failures ?? 0 }));
        },
      },
      deps,
    );
  },
};
