import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ringHoldings, ringOwner, type RingPoint } from "../../webview/inspector/ring-arcs.ts";
import { sharesScale, spread } from "../../webview/inspector/shares-scale.ts";
import { SharesWindow, type Tally } from "../../webview/inspector/shares-window.ts";
import { slotAt, slotGrid } from "../../webview/inspector/slot-grid.ts";

const tallies = (a: number, b: number, ideal = 0.5): Tally[] => [
  { instance: "a-1", picks: a, ideal },
  { instance: "a-2", picks: b, ideal: 1 - ideal },
];

describe("shares over the last minute", () => {
  it("are differences of the exact totals, over the five seconds before each point", () => {
    const window = new SharesWindow();
    for (let s = 0; s <= 20; s++) window.push(s * 1000, tallies(1000 + 3 * s, 500 + s));
    const [first] = window.lines();
    expect(first?.instance).toBe("a-1");
    expect(first?.points.slice(0, 3).map((point) => point.share)).toEqual([
      undefined,
      undefined,
      0.75,
    ]);
    expect(first?.points.at(-1)).toEqual({ at: 20_000, share: 0.75, ideal: 0.5 });
    expect(window.total()).toMatchObject({ picks: 80, imbalance: 0.25 });
  });

  it("follow a weight that changed: the ideal is that of each moment", () => {
    const window = new SharesWindow();
    window.push(0, tallies(0, 0));
    window.push(1000, tallies(50, 50));
    window.push(2000, tallies(140, 60, 0.9));
    expect(window.total().imbalance).toBeCloseTo(0);
    expect(window.total().portions.get("a-1")).toMatchObject({ share: 0.7 });
  });

  it("have gaps, not zeros, while nobody calls", () => {
    const window = new SharesWindow();
    for (let s = 0; s <= 10; s++) window.push(s * 1000, tallies(7, 7));
    expect(window.lines()[0]?.points.every((point) => point.share === undefined)).toBe(true);
    expect(window.total()).toMatchObject({ picks: 0, imbalance: undefined });
  });

  it("forget what is older than a minute, and all of a cluster that was started again", () => {
    const window = new SharesWindow();
    window.push(0, tallies(0, 0));
    window.push(1000, tallies(100, 0));
    for (let s = 2; s <= 70; s++) window.push(s * 1000, tallies(100, s));
    expect(window.total()).toMatchObject({ picks: 60 });
    expect(window.total().portions.get("a-1")?.share).toBe(0);
    window.push(71_000, tallies(0, 0));
    expect(window.lines()[0]?.points).toHaveLength(1);
  });

  it("take few samples, and none of a moment before the last", () => {
    const window = new SharesWindow();
    expect(window.span).toBeUndefined();
    expect(window.push(1000, tallies(0, 0))).toBe(true);
    expect(window.push(1200, tallies(1, 0))).toBe(false);
    expect(window.push(1500, tallies(1, 0))).toBe(true);
    expect(window.span).toEqual({ from: -58_500, to: 1500 });
  });

  it("begin at nothing for an instance that came later", () => {
    const window = new SharesWindow();
    window.push(0, tallies(10, 10));
    window.push(1000, [...tallies(11, 11), { instance: "a-3", picks: 2, ideal: 0 }]);
    expect(window.total().portions.get("a-3")?.share).toBe(0.5);
  });
});

describe("the axis of shares", () => {
  it("ends at or above the most, with three lines", () => {
    for (const most of [0, 0.03, 0.21, 0.5, 0.99, 1]) {
      const { end, ticks } = sharesScale(most);
      expect(end).toBeGreaterThanOrEqual(most);
      expect(ticks).toHaveLength(3);
      expect(ticks.at(-1)).toBeCloseTo(end);
    }
  });

  it("keeps the numbers at the lines' ends apart, in their order and inside", () => {
    expect(spread([50, 50, 51], 11, 0, 100)).toEqual([50, 61, 72]);
    expect(spread([99, 98], 11, 0, 100)).toEqual([100, 89]);
    expect(spread([], 11, 0, 100)).toEqual([]);
  });
});

const ring = (...points: [at: number, instance: string][]): RingPoint[] =>
  points.map(([at, instance]) => ({ at, instance }));

describe("a hash ring", () => {
  it("gives the way to a point to that point, across the top too", () => {
    const held = ringHoldings(ring([0.1, "a"], [0.4, "b"], [0.8, "a"]), "next");
    const [a, b] = held;
    expect(a).toMatchObject({ instance: "a", points: 2 });
    expect(a?.share).toBeCloseTo(0.7);
    expect(b?.share).toBeCloseTo(0.3);
    expect(a?.arcs.map(([from, to]) => [from.toFixed(1), to.toFixed(1)])).toEqual([
      ["-0.2", "0.1"],
      ["0.4", "0.8"],
    ]);
  });

  it("gives HAProxy's points what is nearest to them, the lower one on equal distance", () => {
    const points = ring([0.2, "a"], [0.4, "b"]);
    expect(ringHoldings(points, "nearest").map((one) => one.share.toFixed(2))).toEqual([
      "0.50",
      "0.50",
    ]);
    expect(ringOwner(points, 0.3, "nearest")).toBe("a");
    expect(ringOwner(points, 0.31, "nearest")).toBe("b");
    expect(ringOwner(points, 0.3, "next")).toBe("b");
    expect(ringOwner(points, 0.9, "next")).toBe("a");
  });

  it("is all of the only point, and of nobody without points", () => {
    for (const rule of ["next", "nearest"] as const) {
      expect(ringHoldings(ring([0.3, "a"]), rule)[0]?.share).toBe(1);
      expect(ringHoldings([], rule)).toEqual([]);
      expect(ringOwner([], 0.5, rule)).toBeUndefined();
    }
  });

  it("is given away wholly, each place to the owner of its arc", () => {
    const points = fc
      .uniqueArray(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 40 })
      .map((places) =>
        places
          .sort((a, b) => a - b)
          .map((at) => ({ at: at / 1000, instance: `i-${String((at * 7) % 4)}` })),
      );
    fc.assert(
      fc.property(points, fc.constantFrom("next" as const, "nearest" as const), (on, rule) => {
        const held = ringHoldings(on, rule);
        expect(held.reduce((sum, one) => sum + one.share, 0)).toBeCloseTo(1);
        for (const { instance, arcs } of held) {
          for (const [from, to] of arcs) {
            const middle = ((from + to) / 2 + 1) % 1;
            if (to - from > 1e-9) expect(ringOwner(on, middle, rule)).toBe(instance);
          }
        }
      }),
    );
  });
});

describe("the grid of a lookup table", () => {
  it("holds every slot in its box, and finds each again", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4096 }), fc.nat(), (slots, any) => {
        const grid = slotGrid(slots, 308, 104);
        expect(grid.columns * grid.rows).toBeGreaterThanOrEqual(slots);
        expect(grid.rows * grid.pitch).toBeLessThanOrEqual(104.001);
        const slot = any % slots;
        const x = ((slot % grid.columns) + 0.5) * grid.pitch;
        const y = (Math.floor(slot / grid.columns) + 0.5) * grid.pitch;
        expect(slotAt(grid, x, y, slots)).toBe(slot);
      }),
    );
  });

  it("has nothing beside its slots", () => {
    const grid = slotGrid(3, 308, 104);
    expect(slotAt(grid, 4 * grid.pitch, 1, 3)).toBeUndefined();
    expect(slotAt(grid, -1, 1, 3)).toBeUndefined();
  });
});
