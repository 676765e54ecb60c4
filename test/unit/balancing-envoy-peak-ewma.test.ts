import { describe, expect, it } from "vitest";
import { PeakAverage } from "../../simulator/balancing/envoy/peak-average.ts";
import { peakEwma } from "../../simulator/balancing/envoy/peak-ewma.ts";
import {
  attemptAt,
  balancerWith,
  FRESH,
  membersOf,
  SetClock,
  subjectOf,
  SUCCESS,
} from "../support/members.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";

describe("the average that jumps to peaks", () => {
  it("takes a higher latency at once and a lower one by and by", () => {
    const average = new PeakAverage(10_000, 0);
    average.observe(50, 1_000);
    expect(average.at(1_000)).toBe(50);
    average.observe(80, 1_001);
    expect(average.at(1_001)).toBe(80);
    average.observe(20, 11_001);
    expect(average.at(11_001)).toBeCloseTo(80 / Math.E + 20 * (1 - 1 / Math.E), 9);
  });

  it("decays with time alone", () => {
    const average = new PeakAverage(10_000, 0);
    average.observe(100, 0);
    expect(average.load(0, 10_000)).toBeCloseTo(100 / Math.E, 9);
    expect(average.load(2, 20_000)).toBeCloseTo((3 * 100) / Math.E ** 2, 9);
  });

  it("keeps away from who has calls under way and no history", () => {
    const average = new PeakAverage(10_000, 0);
    expect(average.load(0, 5)).toBe(0);
    expect(average.load(1, 5)).toBeGreaterThan(1e8);
  });
});

/** Calls in virtual time, one a ms, each taking its instance's latency; the calls of each. */
function run(latencies: readonly number[], calls: number, weights = latencies.map(() => 1)) {
  const clock = new SetClock();
  const members = membersOf(weights);
  const random = seededRandom(12345);
  // Finagle's tests decay within 150 of their units.
  const balancer = balancerWith(peakEwma, members, { decay: "150ms" }, { clock, random });
  const counts = members.map(() => 0);
  for (let now = 0; now < calls; now++) {
    clock.set(now);
    const { member, end } = attemptAt(balancer, balancer.begin(subjectOf(), FRESH));
    const index = members.findIndex(({ id }) => id === member?.id);
    counts[index] = (counts[index] ?? 0) + 1;
    const ms = latencies[index] ?? 0;
    clock.after(ms, () => {
      end({ ...SUCCESS, ms });
    });
  }
  return counts;
}

// After Finagle's P2CPeakEwmaTest.
describe("peak EWMA as Finagle's tests have it", () => {
  it("balances evenly across identical nodes", () => {
    const counts = run(
      Array.from({ length: 10 }, () => 5),
      20_000,
    );
    for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(200);
  });

  it("probes a node without latency history at most once", () => {
    const counts = run([...Array.from({ length: 10 }, () => 1), 40_000], 20_000);
    expect(counts[10]).toBe(1);
  });

  it("gives a node that is twice as slow clearly less", () => {
    const counts = run([...Array.from({ length: 10 }, () => 5), 10], 20_000);
    const mean = counts.slice(0, 10).reduce((sum, count) => sum + count, 0) / 10;
    expect(counts[10]).toBeLessThan(mean * 0.75);
    expect(counts[10]).toBeGreaterThan(mean * 0.25);
  });

  it("draws a class of weights as often as its weights say", () => {
    const counts = run([1, 1, 1, 1], 20_000, [3, 1, 3, 1]);
    const heavy = (counts[0] ?? 0) + (counts[2] ?? 0);
    expect(heavy / 20_000).toBeCloseTo(0.75, 1);
  });
});
