import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EventLog } from "../../simulator/kernel/event-log.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import { SAMPLED_PER_SECOND } from "../../simulator/observation/fact-batcher.ts";
import { Observation } from "../../simulator/observation/observation.ts";
import type { TraceRing } from "../../simulator/observation/trace-ring.ts";
import {
  isCallFact,
  type Fact,
  type FactBatch,
  type NewFact,
} from "../../simulator/protocol/events.ts";
import { Snapshot, type Outcome } from "../../simulator/protocol/model.ts";
import { emptySnapshot, reduce, reduceBatch } from "../../simulator/protocol/reduce.ts";
import { ServiceSpec } from "../../simulator/protocol/spec.ts";
import { totalsOf } from "../support/fact-rules.ts";
import { fakeClock } from "../support/guarded-call.ts";
import { SUBJECT_PARTS } from "../support/service-view.ts";

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

function start() {
  const log = new EventLog(fakeClock);
  const facts: Fact[] = [];
  const batches: FactBatch[] = [];
  const observation = new Observation(fakeClock, log, (batch) => batches.push(batch));
  observation.start(scope);
  // After the observation, as it appends to the log itself.
  log.subscribe((fact) => facts.push(fact));
  let next = 0;
  const newId = () => (next++).toString(16).padStart(16, "0");
  const begin = (options: { parent?: string; service?: string; traceId?: string } = {}) => {
    const { parent, service = "cart", traceId = "a".repeat(32) } = options;
    const call = newId();
    const caller = parent
      ? ({ kind: "instance", instance: "shop-1", service: "shop" } as const)
      : ({ kind: "load" } as const);
    log.append({
      kind: "call-started",
      call,
      service,
      traceId,
      caller,
      ...SUBJECT_PARTS,
      ...(parent && { parent }),
    });
    log.append({ kind: "attempt-started", call, number: 1, instance: `${service}-1` });
    return call;
  };
  const end = (call: string, outcome: Exclude<Outcome, "fallback"> = "success") => {
    log.append({ kind: "attempt-ended", call, number: 1, outcome });
    log.append({ kind: "call-ended", call, outcome });
  };
  return { log, facts, batches, observation, begin, end };
}

const scaled = (scale: number): NewFact => ({ kind: "service-scaled", service: "cart", scale });

describe("batches for the eyes", () => {
  it("come ten times a second, without gaps, and say all about the cluster", async () => {
    const { log, batches } = start();
    for (let i = 0; i < 35; i++) {
      log.append(scaled(i));
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(50);
    expect(batches.map(({ from, to }) => [from, to])).toEqual([
      [1, 10],
      [11, 20],
      [21, 30],
      [31, 35],
    ]);
    expect(batches.flatMap(({ facts }) => facts).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 35 }, (_, i) => i + 1),
    );
    await vi.advanceTimersByTimeAsync(1000);
    expect(batches).toHaveLength(4);
  });

  it("are sent to the last when the end comes", async () => {
    const { log, batches } = start();
    log.append(scaled(1));
    await scope.dispose();
    expect(batches).toMatchObject([{ from: 1, to: 1, facts: [{ scale: 1 }] }]);
  });

  it("have a sample of many calls, each whole, with the calls that it made", async () => {
    const { batches, begin, end, facts } = start();
    const underWay: string[] = [];
    for (let ms = 0; ms < 2000; ms++) {
      const call = begin({ service: "shop" });
      const inner = begin({ parent: call });
      underWay.push(inner, call);
      if (underWay.length > 40) for (const each of underWay.splice(0, 2)) end(each);
      await vi.advanceTimersByTimeAsync(1);
    }
    for (const call of underWay) end(call);
    await vi.advanceTimersByTimeAsync(200);
    const seen = batches.flatMap((batch) => batch.facts).filter(isCallFact);
    const all = facts.filter(isCallFact);
    const roots = seen.filter((fact) => fact.kind === "call-started" && fact.parent === undefined);
    // A second's worth at first, then so many a second.
    expect(roots.length).toBeGreaterThanOrEqual(3 * SAMPLED_PER_SECOND - 2);
    expect(roots.length).toBeLessThanOrEqual(3 * SAMPLED_PER_SECOND + 1);
    for (const root of roots) {
      const family = all.filter((fact) => {
        return (
          fact.kind === "call-started" && (fact.call === root.call || fact.parent === root.call)
        );
      });
      expect(family).toHaveLength(2);
      for (const { call } of family as { call: string }[]) {
        expect(seen.filter((fact) => fact.call === call)).toEqual(
          all.filter((fact) => fact.call === call),
        );
      }
    }
    expect(seen).toHaveLength(roots.length * 8);
    // Gapless although so much is left out.
    for (const [i, batch] of batches.entries()) {
      expect(batch.from).toBe((batches[i - 1]?.to ?? 0) + 1);
    }
    expect(batches.at(-1)?.to).toBe(facts.length);
  });

  it("lead from any snapshot to the same state as all the facts", async () => {
    const { log, facts, batches, observation, begin, end } = start();
    const random = seededRandom(5);
    const underWay: string[] = [];
    const snapshots: { snapshot: Snapshot; after: number }[] = [];
    log.append({ kind: "cluster-started", name: "shop", faultKinds: ["kill"] });
    const spec = ServiceSpec.parse({ synthetic: {} });
    for (const name of ["cart", "shop"]) {
      log.append({
        kind: "service-defined",
        state: { name, spec, algorithm: "round-robin", scale: 1 },
      });
      log.append({
        kind: "instance-created",
        instance: `${name}-1`,
        service: name,
        runtime: "synthetic",
        weight: 1,
      });
    }
    for (let i = 0; i < 3000; i++) {
      const chance = random.next();
      if (chance < 0.4) underWay.push(begin({ service: random.next() < 0.5 ? "cart" : "shop" }));
      else if (chance < 0.5) {
        const parent = underWay[Math.floor(random.next() * underWay.length)];
        underWay.push(begin(parent === undefined ? {} : { parent }));
      } else if (chance < 0.95) {
        const [call] = underWay.splice(Math.floor(random.next() * underWay.length), 1);
        if (call !== undefined) end(call, random.next() < 0.8 ? "success" : "failure");
      } else log.append(scaled(i));
      if (chance < 0.01) {
        const snapshot = observation.snapshot();
        snapshots.push({
          snapshot: JSON.parse(JSON.stringify(snapshot)) as Snapshot,
          after: batches.length,
        });
      }
      await vi.advanceTimersByTimeAsync(Math.floor(random.next() * 8));
    }
    for (const call of underWay) end(call);
    await vi.advanceTimersByTimeAsync(20_000);
    const { calls: _, ...expected } = facts.reduce(reduce, emptySnapshot());
    expect(snapshots.length).toBeGreaterThan(10);
    for (const { snapshot, after } of snapshots) {
      expect(Snapshot.safeParse(snapshot).error).toBeUndefined();
      let state: Snapshot | undefined = snapshot;
      for (const batch of batches.slice(after)) state = state && reduceBatch(state, batch);
      if (!state) throw new Error("A batch was missing.");
      const { calls, ...rest } = state;
      expect({ ...rest, at: 0 }).toEqual({ ...expected, at: 0 });
      // Whatever calls the eyes were given, they know whole.
      for (const call of calls)
        expect(call).toEqual(plain(observation.traces.family(call.id), call.id));
    }
  });
});

/** One of these traces as it looks after it crossed to another process. */
function plain(traces: readonly { id: string }[], id: string): unknown {
  return JSON.parse(JSON.stringify(traces.find((trace) => trace.id === id)));
}

describe("the ring of traces", () => {
  it("keeps the newest 10,000 calls", () => {
    const { observation, begin, end } = start();
    const ids = Array.from({ length: 12_000 }, () => {
      const call = begin();
      end(call);
      return call;
    });
    const kept = observation.traces.find({ limit: 20_000 });
    expect(kept.map(({ id }) => id)).toEqual(ids.slice(2000).reverse());
    expect(observation.traces.family(ids[1999] ?? "")).toEqual([]);
    expect(kept.every(({ outcome }) => outcome === "success")).toBe(true);
  });

  it("counts the end of a call also when the ring has gone round meanwhile", () => {
    const { facts, observation, begin, end } = start();
    const slow = [begin(), begin()];
    for (let i = 0; i < 10_500; i++) end(begin());
    for (const call of slow) end(call, "timeout");
    const { counters } = observation.snapshot();
    expect(counters).toMatchObject(totalsOf(facts));
    expect(counters.services.cart?.outcomes.timeout).toBe(2);
    expect(counters.instances["cart-1"]?.inFlight).toBe(0);
    expect(observation.traces.find({ limit: 20_000 })).toHaveLength(10_000);
    expect(observation.traces.find({ outcomes: ["timeout"], limit: 9 })).toEqual([]);
  });

  it("finds by service, outcome and retries, newest first, and whole families", () => {
    const { log, observation, begin, end } = start();
    const shop = begin({ service: "shop", traceId: "b".repeat(32) });
    const inner = begin({ parent: shop, traceId: "b".repeat(32) });
    end(inner, "failure");
    end(shop);
    const retried = begin();
    log.append({ kind: "attempt-ended", call: retried, number: 1, outcome: "unavailable" });
    log.append({ kind: "attempt-started", call: retried, number: 2, instance: "cart-2" });
    log.append({ kind: "attempt-ended", call: retried, number: 2, outcome: "success" });
    log.append({ kind: "call-ended", call: retried, outcome: "success" });
    const open = begin();
    const find = (query: Omit<Parameters<TraceRing["find"]>[0], "limit">, limit = 10) =>
      observation.traces.find({ ...query, limit }).map(({ id }) => id);
    expect(find({})).toEqual([open, retried, inner, shop]);
    expect(find({}, 2)).toEqual([open, retried]);
    expect(find({ service: "cart" })).toEqual([open, retried, inner]);
    expect(find({ outcomes: ["success"] })).toEqual([retried, shop]);
    expect(find({ outcomes: ["failure", "success"], service: "cart" })).toEqual([retried, inner]);
    expect(find({ retried: true })).toEqual([retried]);
    expect(observation.traces.family(inner).map(({ id }) => id)).toEqual([shop, inner]);
  });
});

describe("decisions", () => {
  it("are kept of the newest picks of every service, newest first", () => {
    const { log, observation } = start();
    const decision = {
      algorithm: "round-robin" as const,
      score: "current weight, highest wins",
      candidates: [],
      reason: "No instance is eligible.",
    };
    for (let i = 0; i < 30; i++) {
      const call = i.toString(16).padStart(16, "0");
      log.append({
        kind: "call-started",
        call,
        service: "cart",
        traceId: "t",
        caller: { kind: "load" },
        ...SUBJECT_PARTS,
      });
      log.append({ kind: "attempt-started", call, number: 1, decision });
    }
    const kept = observation.decisions.of("cart");
    expect(kept.map(({ call }) => Number.parseInt(call, 16))).toEqual(
      Array.from({ length: 20 }, (_, i) => 29 - i),
    );
    expect(kept[0]).toEqual({ at: Date.now(), call: kept[0]?.call, attempt: 1, decision });
    expect(observation.decisions.of("shop")).toEqual([]);
  });
});
