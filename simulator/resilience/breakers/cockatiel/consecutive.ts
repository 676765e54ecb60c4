import { ConsecutiveBreaker } from "cockatiel";
import type { BreakerWindow } from "../../../protocol/breaker-model.ts";
import type { BreakerSpecOf } from "../../../protocol/spec.ts";
import type { BreakerEngine } from "../contract.ts";
import { CockatielEngine } from "./engine.ts";
import { halfOpenRules, type Strategy } from "./strategy.ts";

/** cockatiel's own ConsecutiveBreaker. */
class Consecutive extends ConsecutiveBreaker implements Strategy {
  readonly #opensAt: number;

  constructor(threshold: number) {
    super(threshold);
    this.#opensAt = threshold;
  }

  window(): BreakerWindow {
    const failures = this.state;
    return {
      bars: [{ successes: 0, failures, counted: true }],
      requests: failures,
      errors: failures,
      value: failures,
      unit: "in a row",
      threshold: this.#opensAt,
      opens: "at",
    };
  }
}

/** cockatiel's ConsecutiveBreaker. */
export const consecutive: BreakerEngine<BreakerSpecOf<"consecutive">> = {
  id: "consecutive",
  title: "Consecutive failures",
  create: ({ threshold, ...spec }, deps) =>
    new CockatielEngine(
      {
        ...halfOpenRules(spec),
        rule:
          threshold === 1
            ? "It opens at the first failure."
            : `It opens after ${threshold} failures in a row.`,
        create: () => new Consecutive(threshold),
      },
      deps,
    ),
};
