import type { Clock } from "../kernel/clock.ts";
import type { Random } from "../kernel/random.ts";
import type { AddedLatency } from "../protocol/model.ts";
import type { Around, SpecOf, WireFaultKind } from "./contract.ts";
import { hold } from "./hold.ts";

/** The tails of distributions have no end; longer than this nobody waits. */
const LONGEST_MS = 600_000;

/** Every answer comes later, by a time drawn from a distribution. */
export const latency: WireFaultKind<SpecOf<"latency">> = {
  id: "latency",
  reach: "wire",
  stage: "delay",
  checks: "answer",
  available: () => true,
  begin({ latency: added }, { random, clock, over }) {
    return { strike: () => delayed(Math.min(addedMs(added, random), LONGEST_MS), clock, over) };
  },
};

/** Holds the answer back for so long, at most until the fault is over. */
export function delayed(ms: number, clock: Clock, over: AbortSignal): Around {
  return async ({ signal }, next) => {
    const response = await next();
    try {
      await hold(clock, ms, signal, over);
    } catch (error) {
      response.discard();
      throw error;
    }
    return response;
  };
}

/** One draw, in ms. */
function addedMs(added: AddedLatency, random: Random): number {
  switch (added.kind) {
    case "constant":
      return added.ms;
    case "normal":
      return Math.max(0, added.mean + added.deviation * standardNormal(random));
    case "log-normal":
      return added.median * Math.exp(added.sigma * standardNormal(random));
    case "pareto":
      return added.minimum / (1 - random.next()) ** (1 / added.alpha);
  }
}

/** Box and Muller's; 1 - x, as the logarithm of 0 is not a number. */
function standardNormal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}
