import { describe, expect, it } from "vitest";
import {
  comparedShareText,
  countdownText,
  durationText,
  leftText,
  percentText,
  shareText,
  smallShareText,
} from "../../simulator/protocol/figure-text.ts";

describe("figures as people read them", () => {
  it.each([
    [0, "0ms"],
    [0.44, "0.4ms"],
    [5, "5ms"],
    [9.94, "9.9ms"],
    [9.96, "10ms"],
    [12.4, "12ms"],
    [999.4, "999ms"],
    [999.6, "1s"],
    [1400, "1.4s"],
    [1424, "1.42s"],
    [9996, "10s"],
    [34_900, "34.9s"],
    [60_000, "60s"],
    [120_000, "2m"],
    [600_000, "10m"],
    [7_200_000, "2h"],
  ])("writes a duration of %d ms as %s", (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it.each([
    [-5, "1s"],
    [3001, "4s"],
    [119_000, "119s"],
    [119_001, "2m"],
    [86_400_000, "24h"],
  ])("writes %d ms left as %s", (ms, text) => {
    expect(leftText(ms)).toBe(text);
  });

  it.each([
    [-5, "0.0s"],
    [1810, "1.9s"],
    [9901, "10s"],
    [12_000, "12s"],
    [180_000, "3m"],
  ])("counts %d ms down as %s", (ms, text) => {
    expect(countdownText(ms)).toBe(text);
  });

  it("writes shares without a space, and never calls something nothing", () => {
    expect([0, 0.004, 0.005, 0.58, 1].map(shareText)).toEqual(["0%", "<1%", "1%", "58%", "100%"]);
    expect([0, 0.004, 0.0996, 1].map(smallShareText)).toEqual(["0%", "0.4%", "10%", "100%"]);
    expect([0, 0.1234].map(comparedShareText)).toEqual(["0.0%", "12.3%"]);
    expect([50, 49.5].map(percentText)).toEqual(["50%", "49.5%"]);
  });
});
