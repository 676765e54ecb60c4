import { describe, expect, it } from "vitest";
import type { Fact } from "../../simulator/protocol/events.ts";
import { edgePath } from "../../webview/graph/edge-path.ts";
import { Flights, type Flight } from "../../webview/graph/flights.ts";
import { flightsOf } from "../../webview/graph/moving-calls.ts";
import { nearest } from "../../webview/graph/nearest.ts";

const LIMITS = { most: 20, mostPerEdge: 6, keptForFailures: 2 };

function flight(change: Partial<Flight> = {}): Flight {
  return { edge: "a>b", tone: "ok", back: true, startsAt: 0, durationMs: 100, ...change };
}

describe("the calls in the air", () => {
  it("are never more than allowed, at any rate", () => {
    const flights = new Flights(LIMITS);
    for (let i = 0; i < 1000; i++) flights.offer(flight({ edge: `e${i % 50}`, tone: "bad" }));
    expect(flights.at(0)).toHaveLength(LIMITS.most);
  });

  it("leave room on each edge for those that failed", () => {
    const flights = new Flights(LIMITS);
    for (let i = 0; i < 100; i++) flights.offer(flight());
    expect(flights.at(0)).toHaveLength(4);
    expect(flights.offer(flight({ tone: "bad" }))).toBe(true);
    expect(flights.offer(flight({ tone: "fallback" }))).toBe(true);
    expect(flights.offer(flight({ tone: "bad" }))).toBe(false);
  });

  it("make room when they arrive, and not before they left", () => {
    const flights = new Flights({ ...LIMITS, mostPerEdge: 1, keptForFailures: 0 });
    expect(flights.offer(flight({ startsAt: 50 }))).toBe(true);
    expect(flights.at(10)).toHaveLength(1);
    expect(flights.offer(flight())).toBe(false);
    expect(flights.at(150)).toHaveLength(0);
    expect(flights.offer(flight())).toBe(true);
  });
});

describe("facts as movements", () => {
  const calls = new Map([
    ["a".repeat(16), { service: "checkout", caller: { kind: "load" as const } }],
    [
      "b".repeat(16),
      {
        service: "payments",
        caller: { kind: "instance" as const, instance: "checkout-1", service: "checkout" },
      },
    ],
  ]);
  const of = (...facts: Fact[]) => flightsOf(facts, (id) => calls.get(id), 0);

  it("bring an attempt back in the colour of its outcome", () => {
    const [there, back] = of(
      { kind: "attempt-started", seq: 1, at: 10, call: "b".repeat(16), number: 1 },
      {
        kind: "attempt-ended",
        seq: 2,
        at: 40,
        call: "b".repeat(16),
        number: 1,
        outcome: "timeout",
      },
    );
    expect(there).toMatchObject({
      edge: "service:checkout>service:payments",
      back: false,
      startsAt: 0,
    });
    expect(back).toMatchObject({
      edge: "service:checkout>service:payments",
      back: true,
      tone: "slow",
      startsAt: 30,
    });
  });

  it("come from outside through the gateway", () => {
    const edges = of(
      { kind: "attempt-started", seq: 1, at: 0, call: "a".repeat(16), number: 1 },
      { kind: "call-ended", seq: 2, at: 5, call: "a".repeat(16), outcome: "success" },
    ).map((f) => f.edge);
    expect(edges).toEqual(["gateway>service:checkout", "caller:load>gateway"]);
  });

  it("go from a service to its fallback function, whoever called the service", () => {
    const call = {
      service: "cart-fallback",
      caller: { kind: "load" as const },
      fallbackOf: "cart",
    };
    const facts: Fact[] = [
      {
        kind: "call-started",
        seq: 1,
        at: 0,
        call: "a".repeat(16),
        service: call.service,
        traceId: "a".repeat(16),
        caller: call.caller,
        client: "",
        method: "POST",
        uri: "/cart",
      },
      { kind: "attempt-started", seq: 2, at: 0, call: "a".repeat(16), number: 1 },
      {
        kind: "attempt-ended",
        seq: 3,
        at: 5,
        call: "a".repeat(16),
        number: 1,
        outcome: "success",
      },
      { kind: "call-ended", seq: 4, at: 5, call: "a".repeat(16), outcome: "success" },
    ];
    const edge = "service:cart~service:cart-fallback";
    expect(flightsOf(facts, () => call, 0)).toMatchObject([
      { edge, back: false },
      { edge, back: true, tone: "ok" },
    ]);
  });

  it("leave out calls that are not known", () => {
    expect(
      of({ kind: "call-ended", seq: 1, at: 0, call: "c".repeat(16), outcome: "success" }),
    ).toEqual([]);
  });
});

describe("the geometry of the graph", () => {
  const box = (x: number, y: number) => ({ x, y, width: 100, height: 60 });

  it("joins the right side of one box with the left side of the other", () => {
    const path = edgePath(box(0, 0), box(300, 200), {
      outIndex: 0,
      outCount: 1,
      inIndex: 0,
      inCount: 1,
    });
    expect(path.at(0)).toEqual({ x: 100, y: 30 });
    expect(path.at(1)).toEqual({ x: 300, y: 230 });
  });

  it("leads an arrow key to the nearest box in that direction", () => {
    const others = new Map([
      ["right", box(300, 10)],
      ["far", box(900, 0)],
      ["below", box(0, 200)],
    ]);
    expect(nearest(box(0, 0), others, "right")).toBe("right");
    expect(nearest(box(0, 0), others, "down")).toBe("below");
    expect(nearest(box(0, 0), others, "left")).toBeUndefined();
  });
});
