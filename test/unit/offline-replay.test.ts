import { describe, expect, it } from "vitest";
import { compareAlgorithms } from "../../simulator/offline/compare.ts";
import { replayCalls } from "../../simulator/offline/replay.ts";
import type { CallTrace } from "../../simulator/protocol/model.ts";
import { ServiceSpec } from "../../simulator/protocol/spec.ts";

const rows = ["cart-1", "cart-2"].map((instance) => ({ instance, ideal: 0.5, figures: [] }));

/** A recorded call of one attempt. */
function call(at: number, instance: string, ms: number, status = 200): CallTrace {
  const outcome = status < 500 ? "success" : "failure";
  return {
    id: String(at).padStart(16, "0"),
    traceId: "t",
    service: "cart",
    caller: { kind: "load" },
    client: "10.0.0.1",
    method: "POST",
    uri: "/cart",
    startedAt: 5000 + at,
    endedAt: 5000 + at + ms,
    attempts: [
      { number: 1, startedAt: 5000 + at, endedAt: 5000 + at + ms, instance, outcome, status },
    ],
    outcome,
    status,
  };
}

describe("a replay of recorded calls", () => {
  const spec = ServiceSpec.parse({ synthetic: {}, instances: 2 });

  it("sums up what was, and what another algorithm would have made of it", async () => {
    // The second instance is slow: it takes 100ms, the first 10ms.
    const traces = Array.from({ length: 200 }, (_, i) =>
      i % 2 === 0 ? call(i * 20, "cart-1", 10) : call(i * 20, "cart-2", 100),
    );
    const { recorded, runs } = await replayCalls("cart", spec, traces, rows, [
      "round-robin",
      "least-connections",
    ]);
    expect(recorded).toMatchObject({
      algorithm: "round-robin",
      calls: 200,
      failed: 0,
      retries: 0,
      shares: { "cart-1": 0.5, "cart-2": 0.5 },
      imbalance: 0,
      p50: 10,
      p95: 100,
    });
    const [same, other] = runs;
    expect(same).toMatchObject({ calls: 200, shares: { "cart-1": 0.5, "cart-2": 0.5 } });
    expect(other?.shares["cart-1"]).toBeGreaterThan(0.7);
    expect(other?.imbalance).toBeGreaterThan(0.2);
  });

  it("goes by what an instance did then, failures included", async () => {
    const traces = [
      ...Array.from({ length: 20 }, (_, i) => call(i, i % 2 === 0 ? "cart-1" : "cart-2", 1)),
      ...Array.from({ length: 20 }, (_, i) =>
        call(1000 + i, i % 2 === 0 ? "cart-1" : "cart-2", 1, i % 2 === 0 ? 500 : 200),
      ),
    ];
    const { recorded, runs } = await replayCalls("cart", spec, traces, rows, ["round-robin"]);
    expect(recorded.failed).toBe(10);
    expect(runs[0]?.failed).toBe(10);
  });

  it("has nothing to say of no calls", async () => {
    const { recorded, runs } = await replayCalls("cart", spec, [], rows, ["round-robin"]);
    expect(recorded).toMatchObject({ calls: 0, imbalance: 0, p50: 0, p99: 0 });
    expect(runs[0]).toMatchObject({ calls: 0, shares: { "cart-1": 0, "cart-2": 0 } });
  });
});

describe("a comparison on made-up traffic", () => {
  const spec = ServiceSpec.parse({
    synthetic: { latency: "10ms" },
    balancer: {
      servers: [
        { address: "10.0.0.1:80" },
        { address: "10.0.0.2:80", synthetic: { latency: "200ms", errorRate: "50%" } },
        { address: "10.0.0.2:80" },
      ],
    },
  });
  const traffic = { calls: 2000, perSecond: 100, clients: 50, seed: 7 };

  it("names servers by their addresses, and tells namesakes apart", async () => {
    const [run] = await compareAlgorithms(spec, ["round-robin"], traffic);
    expect(Object.keys(run?.shares ?? {})).toEqual([
      "10.0.0.1:80",
      "10.0.0.2:80",
      "10.0.0.2:80 (3)",
    ]);
    expect(run?.failed).toBeGreaterThan(250);
    expect(run?.failed).toBeLessThan(420);
    expect(run?.p99).toBeGreaterThan(199);
  });

  it("is the same for the same seed, and finds the slow server by its load", async () => {
    const both = ["round-robin", "least-connections"] as const;
    const once = await compareAlgorithms(spec, both, traffic);
    expect(await compareAlgorithms(spec, both, traffic)).toEqual(once);
    const [even, least] = once;
    expect(even?.imbalance).toBeLessThan(0.01);
    expect(least?.shares["10.0.0.2:80"]).toBeLessThan(0.2);
  });
});
