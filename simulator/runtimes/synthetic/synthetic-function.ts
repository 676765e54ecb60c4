import { seededRandom } from "../../kernel/random.ts";
import type { UserFunction } from "../node/call-context.ts";
import type { SyntheticConfig } from "../node/host-config.ts";
import { drawLatency } from "./latency.ts";

/** A function without code: waits as long as its distribution says, then answers or fails. */
export function syntheticFunction(config: SyntheticConfig): UserFunction {
  const random = seededRandom(config.seed);
  return async () => {
    const ms = drawLatency(config.latency, random);
    const fails = random.next() < config.errorRate;
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    if (fails) throw new Error("A synthetic error, as the service's errorRate asks for.");
    return config.body;
  };
}
