import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pause } from "../../simulator/kernel/pause.ts";
import { EventLog } from "../../simulator/kernel/event-log.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import type { Fact } from "../../simulator/protocol/events.ts";
import { LoadShape } from "../../simulator/protocol/model.ts";
import type { LoadCall } from "../../simulator/traffic/contract.ts";
import { loadKindOf, loadKinds } from "../../simulator/traffic/index.ts";
import { Loads } from "../../simulator/traffic/loads.ts";
import { fakeClock } from "../support/guarded-call.ts";

let scope: Scope;
beforeEach(() => {
  vi.useFakeTimers();
  scope = new Scope();
});
afterEach(async () => {
  await scope.dispose();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

interface Call extends LoadCall {
  readonly at: number;
}

/** Loads on services that answer after `answerMs`. */
function start(answerMs = 10, seed = 1) {
  const facts: Fact[] = [];
  const log = new EventLog(fakeClock);
  log.subscribe((fact) => facts.push(fact));
  const calls: Call[] = [];
  const now = { underWay: 0, most: 0 };
  const loads = new Loads({
    clock: fakeClock,
    random: seededRandom(seed),
    log,
    scope,
    call: async (call) => {
      const { signal } = call;
      calls.push({ at: Date.now(), ...call });
      now.underWay++;
      now.most = Math.max(now.most, now.underWay);
      await pause(fakeClock, answerMs, signal).catch(() => undefined);
      now.underWay--;
    },
  });
  /** How many calls began in the next so many ms. */
  const during = async (ms: number) => {
    const before = calls.length;
    await vi.advanceTimersByTimeAsync(ms);
    return calls.length - before;
  };
  return { loads, facts, calls, now, during };
}

const shapes: LoadShape[] = [
  { kind: "open", arrivals: "constant", perSecond: 50 },
  { kind: "open", arrivals: "poisson", perSecond: 50 },
  { kind: "closed", callers: 3, pauseMs: 0 },
];

it("every kind of load is tested here", () => {
  expect(new Set(shapes.map(({ kind }) => kind))).toEqual(new Set(loadKinds.map(({ id }) => id)));
  for (const shape of shapes) {
    expect(LoadShape.parse(shape)).toEqual(shape);
    expect(loadKindOf(shape).label).toMatch(/^[A-Z]/);
  }
});

const named = shapes.map((shape) => [JSON.stringify(shape), shape] as const);
describe.each(named)("%s", (_, shape) => {
  it("starts at once, calls its service with its payload, and is in the facts", async () => {
    const { loads, facts, calls, during } = start();
    const state = loads.set("cart", shape, { sku: "apple" });
    expect(state).toEqual({ service: "cart", shape, payload: { sku: "apple" }, since: Date.now() });
    expect(facts).toMatchObject([{ kind: "load-started", load: state }]);
    expect(calls.length).toBeGreaterThan(0);
    expect(await during(1000)).toBeGreaterThan(20);
    for (const call of calls) {
      expect(call).toMatchObject({ service: "cart", payload: { sku: "apple" } });
    }
  });

  it("takes another payload while it runs", async () => {
    const { loads, calls, during } = start();
    loads.set("cart", shape, 1);
    await during(500);
    loads.set("cart", shape, 2);
    const before = calls.length;
    await during(500);
    expect(new Set(calls.slice(before).map(({ payload }) => payload))).toEqual(new Set([2]));
  });

  it("plays as many clients as asked for, each about as often, and asks for as many items", async () => {
    const { loads, calls, during } = start();
    loads.set("cart", { ...shape, clients: 5 }, null);
    await during(10_000);
    const addresses = ["10.0.0.1", "10.1.0.1", "10.2.0.1", "10.3.0.1", "10.4.0.1"];
    for (const address of addresses) {
      const share = calls.filter(({ client }) => client === address).length / calls.length;
      expect(share).toBeGreaterThan(0.1);
      expect(share).toBeLessThan(0.3);
    }
    expect(calls.every(({ client }) => addresses.includes(client))).toBe(true);
    expect(new Set(calls.map(({ item }) => item))).toEqual(new Set([1, 2, 3, 4, 5]));
    loads.set("cart", shape, null);
    await during(60_000);
    expect(new Set(calls.map(({ client }) => client)).size).toBe(100);
  });

  it("makes no more calls once it is stopped, and gives up those under way", async () => {
    const { loads, facts, calls, during } = start(1e6);
    loads.set("cart", shape, null);
    await during(100);
    loads.stop("cart");
    expect(await during(5000)).toBe(0);
    expect(calls.every(({ signal }) => signal.aborted)).toBe(true);
    expect(facts.map(({ kind }) => kind)).toEqual(["load-started", "load-stopped"]);
    loads.stop("cart");
    expect(facts).toHaveLength(2);
  });

  it("ends with the cluster", async () => {
    const { loads, during } = start();
    loads.set("cart", shape, null);
    await during(100);
    await scope.dispose();
    expect(await during(5000)).toBe(0);
  });

  it("begins anew after it was stopped", async () => {
    const { loads, during } = start();
    loads.set("cart", shape, null);
    loads.stop("cart");
    loads.set("cart", shape, null);
    expect(await during(1000)).toBeGreaterThan(20);
  });
});

describe("open loop", () => {
  const open = (perSecond: number, arrivals: "constant" | "poisson" = "constant") =>
    ({ kind: "open", arrivals, perSecond }) as const;

  // A timer may be a millisecond late.
  it.each([1, 10, 333, 2500, 20_000])("starts exactly %i calls a second", async (perSecond) => {
    const { loads, during } = start();
    loads.set("cart", open(perSecond), null);
    await during(0);
    for (let second = 0; second < 3; second++) {
      expect(Math.abs((await during(1000)) - perSecond)).toBeLessThanOrEqual(1 + perSecond / 1000);
    }
  });

  it("does not wait for answers", async () => {
    const { loads, now, during } = start(5000);
    loads.set("cart", open(100), null);
    await during(2000);
    expect(now.underWay).toBe(201);
  });

  it("takes another rate at once", async () => {
    const { loads, facts, during } = start();
    loads.set("cart", open(1), null);
    await during(100);
    loads.set("cart", open(1000), null);
    expect(facts.at(-1)).toMatchObject({ kind: "load-changed", load: { shape: open(1000) } });
    expect(Math.abs((await during(1000)) - 1000)).toBeLessThanOrEqual(1);
    loads.set("cart", open(2), null);
    expect(await during(1000)).toBe(2);
  });

  it("makes a Poisson process: independent gaps of the right mean, replayed by the seed", async () => {
    const gaps = async (seed: number) => {
      const { loads, calls, during } = start(1, seed);
      loads.set("cart", open(20, "poisson"), null);
      await during(200_000);
      loads.stopAll();
      return calls.slice(1).map(({ at }, i) => at - (calls[i]?.at ?? 0));
    };
    const first = await gaps(7);
    const mean = first.reduce((sum, gap) => sum + gap, 0) / first.length;
    const variance = first.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / first.length;
    expect(mean).toBeGreaterThan(47);
    expect(mean).toBeLessThan(53);
    // An exponential distribution's deviation is its mean.
    expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1);
    expect(await gaps(7)).toEqual(first);
    expect(await gaps(8)).not.toEqual(first);
  });

  it("does not make up for the time that the machine slept", async () => {
    const { loads, during } = start();
    loads.set("cart", open(100), null);
    await during(100);
    vi.setSystemTime(Date.now() + 3_600_000);
    expect(await during(1000)).toBeLessThan(110);
  });

  it("may be as rare as once a year", async () => {
    const { loads, during } = start();
    loads.set("cart", open(1 / (365 * 86_400)), null);
    expect(await during(3_600_000)).toBe(0);
    expect(vi.getTimerCount()).toBe(1);
  });
});

describe("closed loop", () => {
  const closed = (callers: number, pauseMs = 0) => ({ kind: "closed", callers, pauseMs }) as const;

  it("has as many calls under way as callers, never more", async () => {
    const { loads, now, during } = start(10);
    loads.set("cart", closed(7), null);
    const begun = await during(1000);
    expect([now.underWay, now.most]).toEqual([7, 7]);
    expect(begun).toBe(700);
  });

  it("pauses between a caller's calls", async () => {
    const { loads, during } = start(10);
    loads.set("cart", closed(2, 90), null);
    expect(await during(1000)).toBe(20);
  });

  it("takes another number of callers while it runs, also while some still wait", async () => {
    const { loads, now, during } = start(10);
    loads.set("cart", closed(2), null);
    for (const callers of [5, 1, 4, 3, 8, 2, 6, 6]) {
      await during(3);
      loads.set("cart", closed(callers), null);
      await during(25);
      expect(now.underWay).toBe(callers);
    }
    // Back and forth before any of the callers that were too many came to its end.
    for (const callers of [2, 6, 3, 5]) loads.set("cart", closed(callers), null);
    await during(25);
    expect(now.underWay).toBe(5);
  });

  it("does not sit out a long pause when another shape comes", async () => {
    const { loads, now, during } = start(10);
    loads.set("cart", closed(3, 3_600_000), null);
    await during(1000);
    expect(now.underWay).toBe(0);
    loads.set("cart", closed(2), null);
    await during(25);
    expect(now.underWay).toBe(2);
  });
});

describe("loads", () => {
  it("on several services run side by side, and stop together", async () => {
    const { loads, facts, calls, during } = start();
    loads.set("cart", { kind: "open", arrivals: "constant", perSecond: 10 }, null);
    loads.set("shop", { kind: "closed", callers: 1, pauseMs: 0 }, null);
    await during(1000);
    expect(new Set(calls.map(({ service }) => service))).toEqual(new Set(["cart", "shop"]));
    loads.stopAll();
    expect(await during(1000)).toBe(0);
    expect(facts.map(({ kind }) => kind).slice(-2)).toEqual(["load-stopped", "load-stopped"]);
  });

  it("change their kind by stopping the one and starting the other", async () => {
    const { loads, facts, now, during } = start();
    loads.set("cart", { kind: "open", arrivals: "constant", perSecond: 1000 }, null);
    await during(100);
    loads.set("cart", { kind: "closed", callers: 2, pauseMs: 0 }, null);
    await during(100);
    expect(facts.map(({ kind }) => kind)).toEqual(["load-started", "load-stopped", "load-started"]);
    expect(now.underWay).toBe(2);
  });
});
