import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Discovery, type DiscoveryDeps } from "../../simulator/discovery/discovery.ts";
import { EventLog } from "../../simulator/kernel/event-log.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import type { Fact } from "../../simulator/protocol/events.ts";
import type { InstanceRecord } from "../../simulator/registry/contract.ts";
import { fakeClock } from "../support/guarded-call.ts";
import { callOf, viewOn } from "../support/service-view.ts";

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

type Listener = Parameters<DiscoveryDeps["check"]>[1];

function start() {
  const facts: Fact[] = [];
  const log = new EventLog(fakeClock);
  log.subscribe((fact) => facts.push(fact));
  const view = viewOn();
  const checks: { record: InstanceRecord; listener: Listener; scope: Scope }[] = [];
  const gone: number[] = [];
  const discovery = new Discovery({
    log,
    clock: fakeClock,
    scope,
    view: (service) => (service === "cart" ? view : undefined),
    check: (record, listener, until) => checks.push({ record, listener, scope: until }),
    gone: ({ port }) => gone.push(port),
  });
  const candidates = () =>
    callOf(view)
      .pick({ record: true })
      .decision?.candidates.map(({ instance, weight, excluded }) => {
        return `${instance} of weight ${String(weight)}: ${excluded ?? "eligible"}`;
      });
  return { discovery, facts, view, checks, gone, candidates };
}

const record = (over: Partial<InstanceRecord> = {}): InstanceRecord => ({
  instance: "cart-1",
  service: "cart",
  host: "127.0.0.1",
  port: 1001,
  weight: 1,
  pid: 1,
  ...over,
});

describe("discovery", () => {
  it("offers an endpoint of the registry once its checks pass, and withdraws it with its key", () => {
    const { discovery, facts, checks, gone, candidates } = start();
    discovery.put(record(), 7);
    expect(candidates()).toEqual(["cart-1 of weight 1: unchecked"]);
    const check = { at: 0, ok: true, ms: 1, output: "200 OK" };
    checks[0]?.listener.checked(check);
    checks[0]?.listener.changed("passing");
    expect(candidates()).toEqual(["cart-1 of weight 1: eligible"]);
    discovery.deleted("cart", "cart-1", 9);
    expect(candidates()).toEqual([]);
    expect(checks[0]?.scope.ended).toBe(true);
    expect(gone).toEqual([1001]);
    expect(facts).toMatchObject([
      { kind: "endpoint-added", instance: "cart-1", address: "127.0.0.1:1001", revision: 7 },
      { kind: "health-checked", instance: "cart-1", check },
      { kind: "health-changed", instance: "cart-1", health: "passing" },
      { kind: "endpoint-removed", instance: "cart-1", revision: 9 },
    ]);
  });

  it("takes another weight without checking anew", () => {
    const { discovery, facts, checks, candidates } = start();
    discovery.put(record(), 7);
    checks[0]?.listener.changed("passing");
    discovery.put(record({ weight: 5 }), 8);
    expect(candidates()).toEqual(["cart-1 of weight 5: eligible"]);
    expect(checks).toHaveLength(1);
    expect(facts.map(({ kind }) => kind)).toEqual(["endpoint-added", "health-changed"]);
  });

  it("checks anew what came back on another port, and drops the old connections", () => {
    const { discovery, checks, gone, candidates } = start();
    discovery.put(record(), 7);
    checks[0]?.listener.changed("passing");
    discovery.put(record({ port: 1002 }), 8);
    expect(candidates()).toEqual(["cart-1 of weight 1: unchecked"]);
    expect([checks[0]?.scope.ended, checks[1]?.scope.ended]).toEqual([true, false]);
    expect(gone).toEqual([1001]);
  });

  it("pays no attention to services that are not defined, nor to keys it never saw", () => {
    const { discovery, facts, checks } = start();
    discovery.put(record({ service: "other", instance: "other-1" }), 7);
    discovery.deleted("cart", "cart-9", 8);
    expect([facts, checks]).toEqual([[], []]);
  });

  it("says the registry's revision at most ten times a second, the newest at last", async () => {
    const { discovery, facts } = start();
    for (let revision = 1; revision <= 100; revision++) {
      discovery.revised(revision);
      await vi.advanceTimersByTimeAsync(5);
    }
    await vi.advanceTimersByTimeAsync(500);
    const told = facts.map((fact) => (fact.kind === "registry-revised" ? fact.revision : NaN));
    expect(told).toEqual([1, 20, 40, 60, 80, 100]);
  });

  it("reports a lost watch and records that are none as problems", () => {
    const { discovery, facts } = start();
    discovery.failed(new Error("the stream broke."));
    discovery.ignored("The key /fuseboard/services/cart/x is no record.");
    expect(facts).toMatchObject([
      {
        kind: "problem-found",
        problem: {
          severity: "error",
          message: "The gateway lost the registry's watch: the stream broke. Restart the cluster.",
        },
      },
      {
        kind: "problem-found",
        problem: {
          severity: "warning",
          message: "The key /fuseboard/services/cart/x is no record.",
        },
      },
    ]);
  });

  it("ends its checks with the cluster", async () => {
    const { discovery, checks } = start();
    discovery.put(record(), 1);
    await scope.dispose();
    expect(checks[0]?.scope.ended).toBe(true);
  });
});
