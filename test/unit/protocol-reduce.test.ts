import { describe, expect, it } from "vitest";
import type { Fact, NewFact } from "../../simulator/protocol/events.ts";
import { Snapshot, type StreamCommand, type StreamState } from "../../simulator/protocol/model.ts";
import { emptySnapshot, KEPT_CALLS, reduce, reduceBatch } from "../../simulator/protocol/reduce.ts";
import { ServiceSpec } from "../../simulator/protocol/spec.ts";

/** Facts as the log stamps them: numbered from 1, one every 10ms. */
function stamped(...facts: NewFact[]): Fact[] {
  return facts.map((fact, i) => ({ ...fact, seq: i + 1, at: 1000 + i * 10 }));
}

const fold = (facts: readonly Fact[], from = emptySnapshot()) => facts.reduce(reduce, from);

const spec = ServiceSpec.parse({ synthetic: {}, instances: 1 });
const defined: NewFact = {
  kind: "service-defined",
  state: { name: "cart", spec, algorithm: "round-robin", scale: 1 },
};
const created: NewFact = {
  kind: "instance-created",
  instance: "cart-1",
  service: "cart",
  runtime: "synthetic",
  weight: 2,
};
const call = "0123456789abcdef";
const callStarted: NewFact = {
  kind: "call-started",
  call,
  service: "cart",
  traceId: "f".repeat(32),
  caller: { kind: "editor" },
  client: "127.0.0.1",
  method: "POST",
  uri: "/cart",
};

const command: StreamCommand = {
  name: "pay",
  group: "pay",
  isOpen: false,
  errorPercentage: 0,
  errorCount: 0,
  requestCount: 4,
  rollingCounts: { Success: 4 },
  concurrent: 0,
  latencyMean: 3,
  latency: { "95": 9 },
  settings: { circuitBreakerForceOpen: false },
  hosts: 1,
};
const stream: StreamState = {
  id: "stream-1",
  name: "orders",
  url: "http://127.0.0.1:8081/hystrix.stream",
  status: "connected",
  since: 1,
  commands: {},
  pools: {},
  leftOut: 0,
};
const report = {
  commands: [command],
  pools: [{ name: "pay", active: 0, size: 10, maximum: 10, queued: 0, executed: 4, rejected: 0 }],
  goneCommands: [],
  gonePools: [],
  leftOut: 0,
};

describe("a cluster's life, fact by fact", () => {
  const lease = { id: "7", ttlMs: 5000, expiresAt: 6000 };
  const story = stamped(
    { kind: "cluster-started", name: "shop", faultKinds: ["kill"] },
    { kind: "gateway-opened", address: "http://127.0.0.1:1" },
    { kind: "registry-opened", registryKind: "embedded", address: "127.0.0.1:2" },
    defined,
    created,
    { kind: "instance-started", instance: "cart-1", pid: 42, port: 3 },
    { kind: "lease-granted", instance: "cart-1", lease },
    {
      kind: "endpoint-added",
      instance: "cart-1",
      service: "cart",
      address: "127.0.0.1:3",
      revision: 2,
    },
    { kind: "registry-revised", revision: 2 },
    {
      kind: "health-checked",
      instance: "cart-1",
      check: { at: 1080, ok: true, ms: 1, output: "200 OK" },
    },
    { kind: "health-changed", instance: "cart-1", health: "passing" },
    { kind: "cluster-became-ready" },
    callStarted,
    { kind: "attempt-started", call, number: 1, instance: "cart-1" },
    {
      kind: "attempt-ended",
      call,
      number: 1,
      outcome: "failure",
      status: 500,
      error: "cart-1 answered 500.",
    },
    { kind: "retry-scheduled", call, number: 1, backoffMs: 20 },
    { kind: "attempt-ended", call, number: 2, outcome: "short-circuit", error: "Open." },
    { kind: "fallback-used", call, fallback: "value", because: "short-circuit" },
    { kind: "call-ended", call, outcome: "fallback", status: 200 },
    {
      kind: "fault-injected",
      active: {
        id: "fault-1",
        target: { service: "cart" },
        fault: { kind: "kill" },
        since: 1200,
        touched: 0,
      },
    },
    { kind: "fault-counted", id: "fault-1", touched: 3 },
    { kind: "instance-debugged", instance: "cart-1", debugged: true },
    { kind: "stream-changed", state: stream },
    { kind: "stream-reported", id: "stream-1", ...report },
    {
      kind: "stream-reported",
      id: "stream-1",
      ...report,
      commands: [{ ...command, name: "ship" }],
      pools: [],
      goneCommands: ["pay"],
      leftOut: 2,
    },
    {
      kind: "instance-phase-changed",
      instance: "cart-1",
      phase: "killed",
      exit: "killed by SIGKILL",
    },
    { kind: "lease-ended", instance: "cart-1", because: "expired" },
    { kind: "endpoint-removed", instance: "cart-1", service: "cart", revision: 3 },
  );

  it("becomes this state, which is a valid snapshot", () => {
    const state = fold(story);
    expect(Snapshot.parse(state)).toEqual(state);
    expect(state).toMatchObject({
      seq: story.length,
      at: 1000 + (story.length - 1) * 10,
      phase: "running",
      name: "shop",
      gateway: "http://127.0.0.1:1",
      registry: { kind: "embedded", address: "127.0.0.1:2", revision: 2 },
      services: { cart: { name: "cart", scale: 1 } },
      faults: { "fault-1": { fault: { kind: "kill" }, touched: 3 } },
      problems: {},
      loads: {},
    });
    expect(state.streams["stream-1"]).toEqual({
      ...stream,
      commands: { ship: { ...command, name: "ship" } },
      pools: { pay: report.pools[0] },
      leftOut: 2,
    });
    expect(state.instances["cart-1"]).toEqual({
      id: "cart-1",
      service: "cart",
      phase: "killed",
      runtime: "synthetic",
      pid: 42,
      port: 3,
      startedAt: 1050,
      exit: "killed by SIGKILL",
      weight: 2,
      debugged: true,
      registered: false,
      lease: undefined,
      health: "unknown",
      checks: [{ at: 1080, ok: true, ms: 1, output: "200 OK" }],
    });
  });

  it("keeps the whole story of a call", () => {
    expect(fold(story).calls).toEqual([
      {
        id: call,
        traceId: "f".repeat(32),
        service: "cart",
        caller: { kind: "editor" },
        client: "127.0.0.1",
        method: "POST",
        uri: "/cart",
        startedAt: 1120,
        attempts: [
          {
            number: 1,
            startedAt: 1130,
            instance: "cart-1",
            decision: undefined,
            queuedMs: undefined,
            endedAt: 1140,
            outcome: "failure",
            status: 500,
            error: "cart-1 answered 500.",
            faults: undefined,
            backoffMs: 20,
          },
          // The breaker refused it: it begins and ends in one moment.
          {
            number: 2,
            startedAt: 1160,
            endedAt: 1160,
            outcome: "short-circuit",
            status: undefined,
            error: "Open.",
            faults: undefined,
          },
        ],
        fallback: { kind: "value", because: "short-circuit", startedAt: 1170, service: undefined },
        endedAt: 1180,
        outcome: "fallback",
        status: 200,
        error: undefined,
      },
    ]);
  });

  it("changes no earlier state, however often it is folded", () => {
    let state = emptySnapshot();
    const states = [JSON.stringify(state)];
    const kept = [state];
    for (const fact of story) {
      state = reduce(state, fact);
      states.push(JSON.stringify(state));
      kept.push(state);
    }
    expect(kept.map((each) => JSON.stringify(each))).toEqual(states);
    expect(JSON.stringify(fold(story))).toBe(states.at(-1));
  });

  it("crosses a process boundary at any point without a difference", () => {
    for (let i = 0; i <= story.length; i++) {
      const crossed = JSON.parse(JSON.stringify(fold(story.slice(0, i)))) as Snapshot;
      const whole = JSON.parse(JSON.stringify(fold(story))) as Snapshot;
      expect(JSON.parse(JSON.stringify(fold(story.slice(i), crossed)))).toEqual(whole);
    }
  });
});

describe("what is unknown or over", () => {
  it("facts about things that are gone change nothing but the number and the time", () => {
    const late = stamped(
      { kind: "instance-started", instance: "cart-9", pid: 1, port: 1 },
      { kind: "instance-phase-changed", instance: "cart-9", phase: "crashed" },
      { kind: "lease-ended", instance: "cart-9", because: "expired" },
      { kind: "health-changed", instance: "cart-9", health: "failing" },
      { kind: "service-scaled", service: "nobody", scale: 3 },
      { kind: "fault-cleared", id: "fault-9", because: "asked" },
      { kind: "load-stopped", service: "nobody" },
      { kind: "problem-solved", key: "nothing" },
      { kind: "instance-removed", instance: "cart-9" },
      { kind: "service-removed", service: "nobody" },
      { kind: "call-ended", call, outcome: "success" },
      { kind: "attempt-started", call, number: 1 },
      {
        kind: "health-checked",
        instance: "cart-9",
        check: { at: 1, ok: true, ms: 1, output: "200 OK" },
      },
    );
    expect(fold(late)).toEqual({ ...emptySnapshot(), seq: late.length, at: late.at(-1)?.at });
  });

  it("a removed service takes its counters and its edges along", () => {
    const edge = { calls: 1, failed: 0, fallbacks: 0, perSecond: 0 };
    const state = fold(
      stamped(
        defined,
        {
          kind: "counted",
          counters: {
            services: {},
            instances: {},
            edges: {
              "editor>cart": { from: "editor", fromKind: "editor", to: "cart", ...edge },
              "cart>shop": { from: "cart", fromKind: "service", to: "shop", ...edge },
              "load>shop": { from: "load", fromKind: "load", to: "shop", ...edge },
            },
          },
        },
        { kind: "service-removed", service: "cart" },
      ),
    );
    expect(state.services).toEqual({});
    expect(Object.keys(state.counters.edges)).toEqual(["load>shop"]);
  });

  it("keeps the newest calls and health checks only", () => {
    const ids = Array.from({ length: KEPT_CALLS + 50 }, (_, i) => i.toString(16).padStart(16, "0"));
    const calls = ids.map((id): NewFact => ({ ...callStarted, call: id }));
    expect(fold(stamped(...calls)).calls.map(({ id }) => id)).toEqual(ids.slice(50));
    const checks = Array.from({ length: 40 }, (_, at): NewFact => {
      return {
        kind: "health-checked",
        instance: "cart-1",
        check: { at, ok: true, ms: 1, output: "" },
      };
    });
    const state = fold(stamped(created, ...checks));
    expect(state.instances["cart-1"]?.checks.map(({ at }) => at)).toEqual(
      Array.from({ length: 30 }, (_, i) => i + 10),
    );
  });
});

describe("batches", () => {
  const facts = stamped(
    { kind: "cluster-started", name: "shop", faultKinds: ["kill"] },
    defined,
    created,
    { kind: "service-scaled", service: "cart", scale: 2 },
    { kind: "service-scaled", service: "cart", scale: 3 },
  );
  const batch = (from: number, to: number, omitted: readonly number[] = []) => ({
    from,
    to,
    facts: facts.slice(from - 1, to).filter(({ seq }) => !omitted.includes(seq)),
  });
  const at = (seq: number) => fold(facts.slice(0, seq));

  it("follow on one another", () => {
    const first = reduceBatch(emptySnapshot(), batch(1, 2));
    expect(first).toEqual(at(2));
    expect(first && reduceBatch(first, batch(3, 5))).toEqual(at(5));
  });

  it("stand for their numbers also where facts were left out", () => {
    const state = reduceBatch(at(2), batch(3, 5, [4, 5]));
    expect(state?.seq).toBe(5);
    expect(state?.services.cart?.scale).toBe(1);
    expect(reduceBatch(at(2), { from: 3, to: 5, facts: [] })?.seq).toBe(5);
  });

  it("after a gap are refused: something was lost", () => {
    expect(reduceBatch(at(1), batch(3, 5))).toBeUndefined();
    expect(reduceBatch(emptySnapshot(), batch(2, 2))).toBeUndefined();
  });

  it("that came before, or overlap, change nothing twice", () => {
    expect(reduceBatch(at(5), batch(1, 3))).toEqual(at(5));
    expect(reduceBatch(at(3), batch(2, 5))).toEqual(at(5));
  });
});
