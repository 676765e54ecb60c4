import { CountBreaker, type CircuitState } from "cockatiel";
import { z } from "zod";
import type { BreakerWindow } from "../../../protocol/breaker-model.ts";
import type { BreakerSpecOf } from "../../../protocol/spec.ts";
import { formatPercentage } from "../../../protocol/units.ts";
import type { BreakerEngine } from "../contract.ts";
import { CockatielEngine } from "./engine.ts";
import { halfOpenRules, inPercent, percentOf, type Strategy } from "./strategy.ts";

/** What cockatiel 4's CountBreaker gives as its state: true a success, false a failure. */
const State = z.object({ samples: z.array(z.boolean().nullable()), currentSample: z.number() });

/** At most so many bars are drawn; each stands for the same number of calls. */
const BARS = 20;

interface Settings {
  readonly threshold: number;
  readonly size: number;
  readonly minimumCalls: number;
}

/** cockatiel's own CountBreaker. Its samples are a ring; the next to be written is the oldest. */
class Count implements Strategy {
  readonly #settings: Settings;
  readonly #breaker: CountBreaker;

  constructor(settings: Settings) {
    this.#settings = settings;
    const { threshold, size, minimumCalls } = settings;
    this.#breaker = new CountBreaker({ threshold, size, minimumNumberOfCalls: minimumCalls });
  }

  success(state: CircuitState): void {
    this.#breaker.success(state);
  }

  failure(state: CircuitState): boolean {
    return this.#breaker.failure(state);
  }

  window(): BreakerWindow {
    const { threshold, size, minimumCalls } = this.#settings;
    const { samples, currentSample } = State.parse(this.#breaker.state);
    const ordered = [...samples.slice(currentSample), ...samples.slice(0, currentSample)];
    const known = ordered.filter((sample) => sample !== null);
    const perBar = Math.ceil(size / BARS);
    const bars = Array.from({ length: Math.ceil(known.length / perBar) }, (_, i) => {
      const slice = known.slice(i * perBar, (i + 1) * perBar);
      const failures = slice.filter((sample) => !sample).length;
      return { successes: slice.length - failures, failures, counted: true };
    });
    const errors = bars.reduce((sum, { failures }) => sum + failures, 0);
    return {
      bars,
      requests: known.length,
      errors,
      value: percentOf(errors, known.length),
      unit: "percent",
      threshold: inPercent(threshold),
      opens: "above",
      volume: minimumCalls,
    };
  }
}

/** cockatiel's CountBreaker. */
export const count: BreakerEngine<BreakerSpecOf<"count">> = {
  id: "count",
  title: "Share of failures over the last calls",
  create: ({ threshold, size, minimumCalls = size, ...spec }, deps) =>
    new CockatielEngine(
      {
        ...halfOpenRules(spec),
        rule: `It opens above ${formatPercentage(threshold)} of failures in the last ${size} calls, from ${minimumCalls} calls on.`,
        create: () => new Count({ threshold, size, minimumCalls }),
      },
      deps,
    ),
};
