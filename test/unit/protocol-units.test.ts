import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTimeByHand } from "../../simulator/protocol/time-by-hand.ts";
import {
  Duration,
  formatDuration,
  formatPercentage,
  formatSize,
  InnerPercentage,
  parseDuration,
  parsePercentage,
  parseSize,
  Percentage,
  PositiveDuration,
  Size,
} from "../../simulator/protocol/units.ts";

describe("durations", () => {
  it.each([
    ["250ms", 250],
    ["5s", 5000],
    ["1.5m", 90_000],
    ["1h", 3_600_000],
    ["0ms", 0],
    ["16.1s", 16_100],
    ["0.25ms", 0.25],
  ])("%s is %d ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
    expect(Duration.parse(text)).toBe(ms);
  });

  it.each(["5", "s", "5 s", "-5s", "5sec", "1s500ms", "", ".5s", "1e3ms"])("%j is none", (text) => {
    expect(parseDuration(text)).toBeUndefined();
    expect(Duration.safeParse(text).error?.issues[0]?.message).toBe(
      "Expected a duration such as 250ms, 5s or 1m.",
    );
  });

  it("come back from their shortest text", () => {
    const tenths = fc.integer({ min: 0, max: 5e9 }).map((n) => n / 10);
    fc.assert(
      fc.property(tenths, (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
    expect([90_000, 120_000, 1500, 999, 60_000].map(formatDuration)).toEqual([
      "90s",
      "2m",
      "1.5s",
      "999ms",
      "1m",
    ]);
  });

  it("are no longer than a timer can wait, and where needed longer than nothing", () => {
    expect(Duration.parse("576h")).toBe(24 * 86_400_000);
    expect(Duration.safeParse("577h").success).toBe(false);
    expect(PositiveDuration.safeParse("0s").success).toBe(false);
    expect(PositiveDuration.parse("1ms")).toBe(1);
  });
});

describe("percentages", () => {
  it("come back from their text", () => {
    expect(["50%", "0.5 %", "100%", "7%"].map((text) => Percentage.parse(text))).toEqual([
      0.5, 0.005, 1, 0.07,
    ]);
    const hundredths = fc.integer({ min: 0, max: 10_000 }).map((n) => `${String(n / 100)}%`);
    fc.assert(
      fc.property(hundredths, (text) => {
        expect(formatPercentage(parsePercentage(text) ?? NaN)).toBe(text);
      }),
    );
  });

  it("are between nothing and all", () => {
    for (const text of ["101%", "50", "-1%", "half"]) {
      expect([text, Percentage.safeParse(text).success]).toEqual([text, false]);
    }
    for (const text of ["0%", "100%"]) {
      expect([text, InnerPercentage.safeParse(text).success]).toEqual([text, false]);
    }
  });
});

describe("sizes", () => {
  it("come back from their shortest text", () => {
    expect([512, "512", "64kb", "1MB", "2gb"].map((size) => Size.parse(size))).toEqual([
      512, 512, 65_536, 1_048_576, 2_147_483_648,
    ]);
    fc.assert(
      fc.property(fc.nat(), (bytes) => {
        expect(parseSize(formatSize(bytes))).toBe(bytes);
      }),
    );
    for (const text of ["1.5kb", "big", "-1", "1 tb"]) {
      expect([text, Size.safeParse(text).success]).toEqual([text, false]);
    }
  });
});

it("a time by hand is at most a day", () => {
  expect(["30s", "24h", " 2m "].map(parseTimeByHand)).toEqual([30_000, 86_400_000, 120_000]);
  expect(["0s", "25h", "30", "soon", ""].map(parseTimeByHand)).toEqual(Array(5).fill(undefined));
});
