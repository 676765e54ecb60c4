import type { BreakerSpec } from "../../protocol/spec.ts";
import { consecutive } from "./consecutive.ts";
import type { Breaker, BreakerDeps, BreakerEngine } from "./contract.ts";
import { count } from "./count.ts";
import { sampling } from "./sampling.ts";

/** Every engine that a service can choose. */
export const breakerEngines = [consecutive, sampling, count] as const;

/** A breaker by its settings, and the title of its engine. */
export function createBreaker(
  spec: BreakerSpec,
  deps: BreakerDeps,
): { breaker: Breaker; title: string } {
  const engine = breakerEngines.find((candidate) => candidate.id === spec.engine);
  if (!engine) throw new RangeError(`There is no breaker engine "${spec.engine}".`);
  // The id of the entry is the tag of its settings, which the compiler cannot follow.
  return { breaker: (engine as BreakerEngine).create(spec, deps), title: engine.title };
}
