import { ConsecutiveBreaker } from "cockatiel";
import { z } from "zod";
import type { BreakerSpec } from "../../protocol/spec.ts";
import { CockatielBreaker } from "./cockatiel-breaker.ts";
import type { BreakerEngine } from "./contract.ts";

/** cockatiel's ConsecutiveBreaker. */
export const consecutive: BreakerEngine<Extract<BreakerSpec, { engine: "consecutive" }>> = {
  id: "consecutive",
  title: "Consecutive failures",
  create: (spec, deps) =>
    new CockatielBreaker(
      {
        engine: "consecutive",
        halfOpenAfterMs: spec.halfOpenAfter,
        rule: `It opens after ${spec.threshold} failures in a row.`,
        create: () => new ConsecutiveBreaker(spec.threshold),
        window: (breaker) => {
          const failures = z.number().parse(breaker.state);
          return [{ successes: 0, failures }];
        },
      },
      deps,
    ),
};
