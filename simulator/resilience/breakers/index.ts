import type { BreakerSpec } from "../../protocol/spec.ts";
import { consecutive } from "./cockatiel/consecutive.ts";
import { count } from "./cockatiel/count.ts";
import { sampling } from "./cockatiel/sampling.ts";
import type { BreakerEngine, Engine, EngineDeps } from "./contract.ts";
import { hystrixGo } from "./hystrix-go/hystrix-go.ts";
import { hystrix } from "./hystrix/hystrix.ts";

/** Every engine that a service can choose. */
export const breakerEngines = [consecutive, sampling, count, hystrixGo, hystrix] as const;

/** An engine by its settings, and its title. */
export function createEngine(
  spec: BreakerSpec,
  deps: EngineDeps,
): { engine: Engine; title: string } {
  const kind = breakerEngines.find(({ id }) => id === spec.engine);
  if (!kind) throw new RangeError(`There is no breaker engine "${spec.engine}".`);
  // The id of the entry is the tag of its settings, which the compiler cannot follow.
  return { engine: (kind as BreakerEngine).create(spec, deps), title: kind.title };
}
