import { CountBreaker } from "cockatiel";
import { z } from "zod";
import type { BreakerSpec } from "../../protocol/spec.ts";
import { formatPercentage } from "../../protocol/units.ts";
import { CockatielBreaker } from "./cockatiel-breaker.ts";
import type { BreakerEngine } from "./contract.ts";

/** What cockatiel 4's CountBreaker gives as its state: true a success, false a failure. */
const State = z.object({ samples: z.array(z.boolean().nullable()), currentSample: z.number() });

/** At most so many bars are drawn; each stands for the same number of calls. */
const BARS = 20;

/** cockatiel's CountBreaker. Its samples are a ring; the next to be written is the oldest. */
export const count: BreakerEngine<Extract<BreakerSpec, { engine: "count" }>> = {
  id: "count",
  title: "Share of failures over the last calls",
  create: (spec, deps) => {
    const { threshold, size, minimumCalls } = spec;
    return new CockatielBreaker(
      {
        engine: "count",
        halfOpenAfterMs: spec.halfOpenAfter,
        rule: `It opens above ${formatPercentage(threshold)} of failures in the last ${size} calls, from ${minimumCalls ?? size} calls on.`,
        create: () =>
          new CountBreaker({
            threshold,
            size,
            ...(minimumCalls !== undefined && { minimumNumberOfCalls: minimumCalls }),
          }),
        window: (breaker) => {
          const { samples, currentSample } = State.parse(breaker.state);
          const ordered = samples.map((_, i) => samples[(currentSample + i) % samples.length]);
          const known = ordered.filter((sample) => sample !== null);
          const perBar = Math.ceil(size / BARS);
          return Array.from({ length: Math.ceil(known.length / perBar) }, (_, i) => {
            const slice = known.slice(i * perBar, (i + 1) * perBar);
            const failures = slice.filter((sample) => sample === false).length;
            return { successes: slice.length - failures, failures };
          });
        },
      },
      deps,
    );
  },
};
