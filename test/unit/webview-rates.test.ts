import { describe, expect, it } from "vitest";
import type { Counters } from "../../simulator/protocol/model.ts";
import { RateWindow } from "../../webview/rates.ts";
import { restoreView } from "../../webview/view-state.ts";

function counters(calls: number, failed: number, fallbacks = 0): Counters {
  return {
    services: {},
    instances: {
      "payments-1": { picks: calls, succeeded: 0, failed: 0, inFlight: 0, p50: 0, p95: 0 },
    },
    edges: {
      "checkout>payments": {
        from: "checkout",
        fromKind: "service",
        to: "payments",
        calls,
        failed,
        fallbacks,
        perSecond: 99,
      },
    },
  };
}

describe("rates of the last ten seconds", () => {
  it("are differences of the exact totals", () => {
    const rates = new RateWindow();
    rates.push(0, counters(1000, 900));
    rates.push(5000, counters(1100, 910, 20));
    expect(rates.edge("checkout>payments")).toEqual({
      perSecond: 20,
      failedShare: 0.1,
      fallbacksPerSecond: 4,
    });
    expect(rates.picks("payments-1")).toBe(100);
  });

  it("fall to nothing when nothing is counted any more", () => {
    const rates = new RateWindow();
    for (let at = 0; at <= 5000; at += 500) rates.push(at, counters(at, 0));
    for (let at = 5500; at <= 20_000; at += 500) rates.push(at, counters(5000, 0));
    expect(rates.edge("checkout>payments").perSecond).toBe(0);
  });

  it("are the simulator's own until there is something to compare with", () => {
    const rates = new RateWindow();
    rates.push(0, counters(10, 5));
    expect(rates.edge("checkout>payments")).toMatchObject({ perSecond: 99, failedShare: 0.5 });
  });
});

describe("a saved view", () => {
  it("is restored, and left behind when it is not understood", () => {
    const view = { ...restoreView(undefined), shown: "table" as const, filter: "failed" as const };
    expect(restoreView(JSON.parse(JSON.stringify(view)))).toEqual(view);
    expect(restoreView({ shown: "hologram" })).toEqual(restoreView(undefined));
  });
});
