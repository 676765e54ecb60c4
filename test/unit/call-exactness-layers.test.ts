import { describe, expect, it } from "vitest";
import { EventLog } from "../../simulator/kernel/event-log.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import type { BalancerFile } from "../../simulator/protocol/spec.ts";
import { attemptsByCall, mostAttempts } from "../support/attempt-limits.ts";
import { CountedClock } from "../support/counted-clock.ts";
import { brokenRules } from "../support/fact-rules.ts";
import { LayeredServices } from "../support/layered-services.ts";
import { MoodyWire } from "../support/moody-wire.ts";
import { randomLayers } from "../support/random-layers.ts";
import { RetryBudgetWatch } from "../support/retry-budget-watch.ts";

const BALANCERS: readonly BalancerFile[] = [
  {},
  { algorithm: "least-connections" },
  {
    algorithm: "haproxy-leastconn",
    servers: Array.from({ length: 3 }, () => ({ maxConnections: 4 })),
  },
  { algorithm: "least-request" },
];
const CALLS = 2500;
const RUNS = 40;

/** One service of all layers by chance, called some thousand times; the facts, and what is left. */
async function play(seed: number) {
  const random = seededRandom(seed);
  const clock = new CountedClock();
  const log = new EventLog(clock);
  const wire = new MoodyWire(clock, random);
  const file = { ...randomLayers(random), balancer: BALANCERS[seed % BALANCERS.length] ?? {} };
  const files = { service: file, other: { timeout: "50ms" } };
  const services = new LayeredServices(files, { clock, random, log, wire });
  const service = services.service("service");
  const budget = new RetryBudgetWatch(service, log);
  for (let i = 0, at = 0; i < CALLS; i++) {
    at += random.next() * 8;
    await clock.virtual.advanceTo(Math.floor(at));
    services.call("service");
  }
  await services.finish(() => wire.underWay === 0);
  const { facts, unanswered, unread, picked } = services;
  const left = { unanswered, unread, picked, timers: clock.timers, underWay: wire.underWay };
  return { file, facts, left, budget, service };
}

describe("100,000 calls through layers in any order", () => {
  it.each(Array.from({ length: RUNS }, (_, i) => i + 1))(
    "end once each, and leave nothing behind (seed %i)",
    async (seed) => {
      const { facts, file, left, budget, service } = await play(seed);
      const context = JSON.stringify(file);
      expect(brokenRules(facts, { parse: seed === 1 }).slice(0, 5), context).toEqual([]);
      const nothing = { unanswered: 0, unread: 0, picked: 0, timers: 0, underWay: 0 };
      expect(left, context).toEqual(nothing);
      const layers = service.guard.picture();
      expect(
        layers.map(({ id, inside }) => [id, inside]),
        context,
      ).toEqual(layers.map(({ id }) => [id, 0]));
      for (const { entered, succeeded, failed, refused } of layers) {
        expect(succeeded + failed).toBeLessThanOrEqual(entered);
        expect(refused).toBeLessThanOrEqual(failed);
      }
      const made = attemptsByCall(facts, "service");
      expect(made.size).toBe(CALLS);
      expect(Math.max(...made.values()), context).toBeLessThanOrEqual(mostAttempts(service.spec));
      expect(budget.broken.slice(0, 5), context).toEqual([]);
    },
  );
});
