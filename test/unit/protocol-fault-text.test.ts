import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  faultConditionsText,
  faultText,
  parseAddedLatency,
  parseFaultFields,
} from "../../simulator/protocol/fault-text.ts";
import { FAULT_TITLES } from "../../simulator/protocol/fault-titles.ts";
import { FAULTS, FaultSpec } from "../../simulator/protocol/model.ts";

describe("what is typed for a fault", () => {
  it.each(FAULTS)("makes a fault of the initial texts of %s", (kind) => {
    const parsed = parseFaultFields(kind, {});
    if ("message" in parsed) throw new Error(parsed.message);
    expect(FaultSpec.parse(parsed.fault).kind).toBe(kind);
    expect(faultText(parsed.fault)).not.toBe("");
  });

  it.each([
    ["200ms", { kind: "constant", ms: 200 }],
    ["200", { kind: "constant", ms: 200 }],
    ["constant 1.5s", { kind: "constant", ms: 1500 }],
    ["normal 200ms 50ms", { kind: "normal", mean: 200, deviation: 50 }],
    ["Normal 200ms ± 50ms", { kind: "normal", mean: 200, deviation: 50 }],
    ["log-normal 200ms 0.5", { kind: "log-normal", median: 200, sigma: 0.5 }],
    ["pareto 100ms, 1.5", { kind: "pareto", minimum: 100, alpha: 1.5 }],
  ])("reads the latency %s", (text, latency) => {
    expect(parseAddedLatency(text)).toEqual(latency);
  });

  it.each([
    "",
    "soon",
    "-5ms",
    "11m",
    "200ms 50ms",
    "normal 200ms",
    "normal 200ms 50ms 5ms",
    "log-normal 200ms 6",
    "pareto 100ms 0",
    "pareto 100ms",
    "constant",
  ])("refuses the latency %j", (text) => {
    expect(parseAddedLatency(text)).toBeUndefined();
  });

  it.each([
    ["status", "status", "200"],
    ["status", "status", "503.5"],
    ["script", "script", " "],
    ["script", "script", "x".repeat(1001)],
    ["slow-body", "bytesPerSecond", "0"],
    ["slow-body", "bytesPerSecond", "fast"],
    ["truncated-body", "bytes", "-1"],
    ["crash-loop", "everyMs", "50"],
    ["crash-loop", "everyMs", "1h"],
  ] as const)("says what is wrong with %s when %s is %j", (kind, field, text) => {
    expect(parseFaultFields(kind, { [field]: text })).toEqual({
      message: expect.stringMatching(/^Expected .*\.$/s) as string,
      field,
    });
  });

  it("takes sizes and durations where numbers are meant", () => {
    expect(parseFaultFields("slow-body", { bytesPerSecond: "64kb" })).toEqual({
      fault: { kind: "slow-body", bytesPerSecond: 65_536 },
    });
    expect(parseFaultFields("crash-loop", { everyMs: "3s" })).toEqual({
      fault: { kind: "crash-loop", everyMs: 3000 },
    });
  });

  it("never throws, and never makes a fault that the simulator would refuse", () => {
    fc.assert(
      fc.property(fc.constantFrom(...FAULTS), fc.string(), (kind, text) => {
        const texts = Object.fromEntries(FAULT_TITLES[kind].fields.map(({ name }) => [name, text]));
        const parsed = parseFaultFields(kind, texts);
        if ("fault" in parsed) expect(FaultSpec.safeParse(parsed.fault).success).toBe(true);
      }),
    );
  });
});

describe("the conditions of a fault in words", () => {
  it("say nothing of what is always so", () => {
    expect(faultConditionsText(undefined)).toBeUndefined();
    expect(faultConditionsText({ probability: 1 })).toBeUndefined();
  });

  it("name the share, what is matched and the seed", () => {
    const match = { path: "/orders/*", method: "POST", caller: "checkout" };
    expect(faultConditionsText({ probability: 0.3, match, seed: 7 })).toBe(
      "30% of POST /orders/* from checkout, seed 7",
    );
    const header = { name: "X-User", value: "42" };
    expect(faultConditionsText({ probability: 1, match: { header } })).toBe(
      "only calls with X-User: 42",
    );
  });
});
