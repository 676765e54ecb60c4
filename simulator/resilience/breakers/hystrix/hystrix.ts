import type { BreakerSpecOf } from "../../../protocol/spec.ts";
import type { BreakerEngine } from "../contract.ts";
import { NetflixEngine } from "./engine.ts";

/**
 * Netflix Hystrix as it is on Maven Central: 1.5.18, which is 1.5.11 again, and the rules of its
 * circuit breaker in 1.5.12.
 */
export const hystrix: BreakerEngine<BreakerSpecOf<"hystrix">> = {
  id: "hystrix",
  title: "Netflix Hystrix",
  create: (spec, deps) => new NetflixEngine(spec, deps),
};
