import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EventLog } from "../../simulator/kernel/event-log.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import { Observation } from "../../simulator/observation/observation.ts";
import { RollingLatency } from "../../simulator/observation/rolling-latency.ts";
import { RollingRate } from "../../simulator/observation/rolling-rate.ts";
import type { Fact } from "../../simulator/protocol/events.ts";
import { fakeClock } from "../support/guarded-call.ts";
import { SUBJECT_PARTS } from "../support/service-view.ts";

let scope: Scope;
beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  scope = new Scope();
});
afterEach(async () => {
  await scope.dispose();
  vi.useRealTimers();
});

function start() {
  const log = new EventLog(fakeClock);
  const counted: Extract<Fact, { kind: "counted" }>[] = [];
  const observation = new Observation(fakeClock, log, () => undefined);
  observation.start(scope);
  log.subscribe((fact) => {
    if (fact.kind === "counted") counted.push(fact);
  });
  let next = 0;
  /** One call that takes `ms`. */
  const call = async (ms: number) => {
    const id = (next++).toString(16).padStart(16, "0");
    log.append({
      kind: "call-started",
      call: id,
      service: "cart",
      traceId: "t",
      caller: { kind: "load" },
      ...SUBJECT_PARTS,
    });
    log.append({ kind: "attempt-started", call: id, number: 1, instance: "cart-1" });
    await vi.advanceTimersByTimeAsync(ms);
    log.append({ kind: "attempt-ended", call: id, number: 1, outcome: "success" });
    log.append({ kind: "call-ended", call: id, outcome: "success" });
  };
  return { log, counted, observation, call };
}

describe("counters", () => {
  it("are told at most ten times a second, and only what changed", async () => {
    const { counted, call } = start();
    for (let i = 0; i < 100; i++) await call(10);
    expect(counted.length).toBeGreaterThanOrEqual(9);
    expect(counted.length).toBeLessThanOrEqual(10);
    expect(counted.at(-1)?.counters.services.cart?.calls).toBeGreaterThan(90);
    // Rates and percentiles fall to nothing once; after that there is nothing to tell.
    await vi.advanceTimersByTimeAsync(20_000);
    const before = counted.length;
    expect(counted.at(-1)?.counters.services.cart).toMatchObject({
      calls: 100,
      perSecond: 0,
      p50: 0,
    });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(counted).toHaveLength(before);
  });

  it("tell facts that never change afterwards", async () => {
    const { counted, call } = start();
    await call(150);
    const told = JSON.stringify(counted[0]);
    for (let i = 0; i < 50; i++) await call(10);
    expect(JSON.stringify(counted[0])).toBe(told);
  });

  it("say how fast calls come and how long they take", async () => {
    const { observation, call } = start();
    for (let i = 0; i < 400; i++) await call(i % 40 === 0 ? 40 : 10);
    const { services, instances, edges } = observation.snapshot().counters;
    expect(services.cart?.perSecond).toBeGreaterThan(80);
    expect(services.cart?.perSecond).toBeLessThan(92);
    expect(edges["load>cart"]?.perSecond).toBe(services.cart?.perSecond);
    for (const figures of [services.cart, instances["cart-1"]]) {
      expect(figures?.p50).toBeCloseTo(10, 0);
      expect(figures?.p95).toBeCloseTo(10, 0);
    }
    expect(services.cart?.p99).toBeCloseTo(40, 0);
  });

  it("of a removed instance and a removed service are forgotten, whatever still ends there", async () => {
    const { log, observation, call } = start();
    log.append({
      kind: "instance-created",
      instance: "cart-1",
      service: "cart",
      runtime: "r",
      weight: 1,
    });
    const running = call(500);
    await vi.advanceTimersByTimeAsync(200);
    log.append({ kind: "instance-removed", instance: "cart-1" });
    await vi.advanceTimersByTimeAsync(300);
    await running;
    expect(observation.snapshot().counters.instances).toEqual({});
    log.append({ kind: "service-removed", service: "cart" });
    await vi.advanceTimersByTimeAsync(2000);
    const { services, edges } = observation.snapshot().counters;
    expect([services, edges]).toEqual([{}, {}]);
  });
});

describe("latencies of the last ten seconds", () => {
  it("have the percentiles of the values, to two digits", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5_000_000 }), { minLength: 1, maxLength: 300 }),
        (micros) => {
          const rolling = new RollingLatency();
          for (const each of micros) rolling.record(1_000_000, each / 1000);
          const sorted = [...micros].sort((a, b) => a - b);
          const ranks = [50, 95, 99, 100];
          for (const [i, ms] of rolling.percentiles(1_000_000, ranks).entries()) {
            const nearest = Math.max(1, Math.ceil(((ranks[i] ?? 0) / 100) * sorted.length));
            const exact = (sorted[nearest - 1] ?? 0) / 1000;
            expect(Math.abs(ms - exact)).toBeLessThanOrEqual(exact * 0.01 + 0.01);
          }
        },
      ),
    );
  });

  it("forget what is older, and are nothing without any", () => {
    const rolling = new RollingLatency();
    expect(rolling.percentiles(0, [50])).toEqual([0]);
    rolling.record(1000, 5);
    rolling.record(8000, 50);
    expect(rolling.percentiles(8000, [50, 100]).map(Math.round)).toEqual([5, 50]);
    expect(rolling.percentiles(10_999, [50]).map(Math.round)).toEqual([5]);
    expect(rolling.percentiles(11_000, [50]).map(Math.round)).toEqual([50]);
    rolling.record(21_000, 7);
    expect(rolling.percentiles(21_000, [50, 100]).map(Math.round)).toEqual([7, 7]);
    expect(rolling.percentiles(60_000, [50])).toEqual([0]);
  });

  it("take an hour for anything longer", () => {
    const rolling = new RollingLatency();
    rolling.record(0, 1e12);
    expect(rolling.percentiles(0, [50])[0]).toBeCloseTo(3_600_000, -5);
  });
});

describe("rates of the last three seconds", () => {
  it("are the events over the time", () => {
    const rate = new RollingRate();
    for (let at = 10_000; at < 20_000; at += 20) rate.count(at);
    expect(rate.perSecond(19_999)).toBeGreaterThan(46);
    expect(rate.perSecond(19_999)).toBeLessThanOrEqual(50);
    expect(rate.perSecond(23_500)).toBe(0);
    expect(rate.perSecond(90_000)).toBe(0);
  });

  it("do not take the first moments for three seconds", () => {
    const rate = new RollingRate();
    for (let at = 10_000; at < 11_500; at += 10) rate.count(at);
    expect(rate.perSecond(11_500)).toBe(100);
  });
});
