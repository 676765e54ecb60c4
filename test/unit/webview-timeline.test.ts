import { describe, expect, it } from "vitest";
import type { AttemptTrace, CallTrace } from "../../simulator/protocol/model.ts";
import { passes, rowsOf, type Row } from "../../webview/timeline/rows.ts";
import { roundUpMs, sharedScaleMs, SteadyScale } from "../../webview/timeline/scale.ts";
import { rowsInView } from "../../webview/timeline/slice.ts";

function call(id: string, change: Partial<CallTrace> = {}): CallTrace {
  return {
    id: id.padEnd(16, "0"),
    traceId: "t",
    service: "checkout",
    caller: { kind: "load" },
    client: "127.0.0.1",
    method: "POST",
    uri: "/checkout",
    startedAt: 1000,
    endedAt: 1100,
    attempts: [],
    outcome: "success",
    status: 200,
    ...change,
  };
}

function attempt(
  number: number,
  from: number,
  to: number | undefined,
  change: Partial<AttemptTrace> = {},
): AttemptTrace {
  return {
    number,
    startedAt: from,
    endedAt: to,
    instance: `i-${number}`,
    outcome: "success",
    ...change,
  };
}

function only(rows: readonly Row[]): Row {
  const [row] = rows;
  if (!row || rows.length !== 1) throw new Error(`Expected one row, got ${rows.length}.`);
  return row;
}

describe("a row of the timeline", () => {
  it("has a bar an attempt, with the backoff between and the fallback after them", () => {
    const row = only(
      rowsOf(
        [
          call("a", {
            outcome: "fallback",
            attempts: [
              attempt(1, 1000, 1040, { outcome: "failure", status: 503, backoffMs: 20 }),
              attempt(2, 1060, 1090, { outcome: "timeout" }),
            ],
            fallback: { kind: "value", startedAt: 1090, because: "timeout" },
          }),
        ],
        2000,
        10,
      ),
    );
    expect(row.bars.map(({ kind, fromMs, toMs, lane }) => [kind, fromMs, toMs, lane])).toEqual([
      ["attempt", 0, 40, 0],
      ["backoff", 40, 60, 0],
      ["attempt", 60, 90, 0],
      ["fallback", 90, 100, 0],
    ]);
    expect(row).toMatchObject({ lanes: 1, retries: 1, durationMs: 100 });
    expect(
      ["all", "retried", "fallback", "failed"].map((f) => passes(row, f as "all", undefined)),
    ).toEqual([true, true, true, false]);
  });

  it("holds the attempts of the calls made within, drawn over the attempt that made them", () => {
    const outer = call("a", { attempts: [attempt(1, 1000, 1100)] });
    const inner = call("b", {
      parent: outer.id,
      service: "payments",
      startedAt: 1030,
      endedAt: 1080,
      attempts: [attempt(1, 1030, 1080)],
    });
    const row = only(rowsOf([outer, inner], 2000, 10));
    expect(
      row.bars.map((bar) => [bar.kind === "attempt" && bar.service, bar.depth, bar.lane]),
    ).toEqual([
      ["payments", 1, 0],
      ["checkout", 0, 0],
    ]);
    expect(row.bars[1]).toMatchObject({ around: true, innerMs: 30 });
    expect(row.lanes).toBe(1);
    expect(passes(row, "all", "payments")).toBe(true);
    expect(passes(row, "all", "inventory")).toBe(false);
  });

  it("gives calls made at the same time a lane each, and those after one another the same", () => {
    const outer = call("a", { attempts: [attempt(1, 1000, 1100)] });
    const within = (id: string, from: number, to: number) =>
      call(id, {
        parent: outer.id,
        startedAt: from,
        endedAt: to,
        attempts: [attempt(1, from, to)],
      });
    const row = only(
      rowsOf(
        [outer, within("b", 1010, 1050), within("c", 1020, 1060), within("d", 1070, 1090)],
        2000,
        10,
      ),
    );
    const lanes = row.bars.filter((bar) => bar.depth === 1).map((bar) => bar.lane);
    expect(lanes).toEqual([0, 1, 0]);
    expect(row.lanes).toBe(2);
    expect(row.bars.at(-1)).toMatchObject({ depth: 0, lanes: 2 });
  });

  it("grows until now while its call is under way", () => {
    const row = only(
      rowsOf(
        [
          call("a", {
            endedAt: undefined,
            outcome: undefined,
            attempts: [attempt(1, 1000, undefined, { outcome: undefined })],
          }),
        ],
        1500,
        10,
      ),
    );
    expect(row.bars[0]?.toMs).toBe(500);
    expect(passes(row, "failed", undefined)).toBe(false);
  });

  it("is one row even when the call that it was made during is unknown", () => {
    expect(rowsOf([call("b", { parent: "f".repeat(16) })], 2000, 10)).toHaveLength(1);
  });

  it("comes newest first, and no more than asked for", () => {
    const calls = Array.from({ length: 20 }, (_, i) => call(`c${i}x`, { startedAt: 1000 + i }));
    const rows = rowsOf(calls, 2000, 5);
    expect(rows.map((row) => row.call.startedAt)).toEqual([1019, 1018, 1017, 1016, 1015]);
  });
});

describe("the timeline's scale", () => {
  it("ends at a round time that is not below the longest", () => {
    expect([0.2, 7, 31, 120, 201, 1000].map(roundUpMs)).toEqual([1, 8, 32, 120, 240, 1000]);
    expect(sharedScaleMs([12, 180, 40])).toBe(200);
  });

  it("is not made by a single call that goes on", () => {
    expect(sharedScaleMs([])).toBe(100);
    expect(sharedScaleMs([], [3400])).toBe(4000);
    expect(sharedScaleMs([50, 100], [3400])).toBe(200);
    expect(sharedScaleMs([50, 100], [120])).toBe(120);
  });

  it("grows at once, and shrinks only when less was enough for a while", () => {
    const scale = new SteadyScale();
    expect(scale.next(100, 0)).toBe(100);
    expect(scale.next(400, 1000)).toBe(400);
    expect(scale.next(100, 2000)).toBe(400);
    expect(scale.next(200, 4000)).toBe(400);
    expect(scale.next(100, 5900)).toBe(400);
    // Of these five seconds, 200 was the most.
    expect(scale.next(100, 6000)).toBe(200);
    scale.reset();
    expect(scale.next(20, 6100)).toBe(20);
  });
});

describe("the rows in view", () => {
  it("are those that the scrolled window shows, and a little around them", () => {
    const heights = Array.from({ length: 100 }, () => 28);
    const { slices, height } = rowsInView(heights, 1400, 140);
    expect(height).toBe(2800);
    expect(slices[0]?.top).toBeLessThanOrEqual(1400);
    expect(slices.at(-1)?.top).toBeGreaterThanOrEqual(1540 - 28);
    expect(slices.length).toBeLessThan(20);
  });
});
