import { describe, expect, it } from "vitest";
import { EdfSchedule } from "../../simulator/balancing/envoy/edf-schedule.ts";
import { leastRequest } from "../../simulator/balancing/envoy/least-request.ts";
import { SlowStart } from "../../simulator/balancing/envoy/slow-start.ts";
import type { Balancer } from "../../simulator/balancing/contract.ts";
import type { Random } from "../../simulator/kernel/random.ts";
import { balancerWith, FRESH, membersOf, SetClock, subjectOf } from "../support/members.ts";

/** Gives these numbers, then zeros. */
function numbers(...values: number[]): Random {
  return { next: () => values.shift() ?? 0 };
}

/** The indexes of picks in a row, none of which is counted as active. */
function picks(balancer: Balancer, count: number): string {
  const one = () => balancer.begin(subjectOf(), FRESH).pick({ record: false }).member?.id;
  return Array.from({ length: count }, () => Number(one()?.replace("svc-", "")) - 1).join("");
}

function actives(members: ReturnType<typeof membersOf>, ...counts: number[]): void {
  members.forEach((member, i) => (member.load.inFlight = counts[i] ?? 0));
}

// The sequences are those of Envoy's least_request_lb_test.cc.
describe("least request as Envoy's tests have it", () => {
  it("draws as often as it is told, with putting back", () => {
    const members = membersOf([1, 1, 1, 1]);
    actives(members, 4, 3, 2, 1);
    // The first number is the seed of the schedule.
    const with5 = (...values: number[]) =>
      balancerWith(leastRequest, members, { draws: 5 }, { random: numbers(0, ...values) });
    expect(picks(with5(0, 0, 0, 0, 0), 1)).toBe("0");
    expect(picks(with5(3 / 4, 0, 3 / 4, 2 / 4, 1 / 4), 1)).toBe("3");
    const with2 = balancerWith(leastRequest, members, {}, { random: numbers(0, 0, 0, 3 / 4) });
    expect(picks(with2, 1)).toBe("0");
  });

  it("takes turns when the weights differ, the busy ones less often", () => {
    const members = membersOf([1, 2]);
    const balancer = balancerWith(leastRequest, members, {}, { random: numbers() });
    expect(picks(balancer, 6)).toBe("101101");
    actives(members, 0, 1);
    expect(picks(balancer, 5)).toBe("10101");
    actives(members, 1, 0);
    expect(picks(balancer, 10)).toBe("0111011110");
  });

  it("takes turns by the weights alone with a bias of 0", () => {
    const members = membersOf([1, 2]);
    const spec = { activeRequestBias: 0 };
    const balancer = balancerWith(leastRequest, members, spec, { random: numbers() });
    actives(members, 0, 1);
    expect(picks(balancer, 6)).toBe("101101");
  });

  it("heeds a bias of its own with equal weights too", () => {
    const members = membersOf([1, 1]);
    const spec = { activeRequestBias: 2 };
    const balancer = balancerWith(leastRequest, members, spec, { random: numbers() });
    actives(members, 1, 0);
    const second = picks(balancer, 300).replaceAll("0", "").length;
    expect(Math.abs(second - 240)).toBeLessThanOrEqual(2);
  });

  it("starts new hosts slowly", () => {
    const clock = new SetClock();
    const members = membersOf([1, 1]);
    const spec = { slowStart: { window: "60s" } };
    const balancer = balancerWith(leastRequest, [], spec, { random: numbers(), clock });
    clock.set(1_000);
    balancer.update(members.slice(0, 1));
    clock.set(62_000);
    balancer.update(members);
    clock.set(72_000);
    balancer.update(members);
    actives(members, 1, 0);
    expect(picks(balancer, 4)).toBe("0001");
    clock.set(102_000);
    balancer.update(members);
    expect(picks(balancer, 7)).toBe("1010101");
  });
});

describe("slow start", () => {
  const spec = { window: 10_000, aggression: 1, minimumWeight: 0.1 };

  it("grows from the least weight to all of it", () => {
    const start = new SlowStart(spec, 0);
    start.keep(new Set(["a"]), 1_000);
    const factors = [1_000, 1_500, 3_500, 6_000, 11_000, 60_000];
    expect(factors.map((now) => start.factorOf("a", now))).toEqual([0.1, 0.1, 0.25, 0.5, 1, 1]);
    expect([1_000, 11_000, 11_001].map((now) => start.isActive(now))).toEqual([true, true, false]);
  });

  it("grows faster at first with an aggression above 1", () => {
    const start = new SlowStart({ ...spec, aggression: 2 }, 0);
    start.keep(new Set(["a"]), 0);
    expect(start.factorOf("a", 2_500)).toBeCloseTo(0.5, 12);
  });

  it("begins again with every return", () => {
    const start = new SlowStart(spec, 0);
    start.keep(new Set(["a"]), 0);
    start.keep(new Set(), 20_000);
    start.keep(new Set(["a"]), 30_000);
    expect(start.factorOf("a", 35_000)).toBe(0.5);
  });
});

// After Envoy's edf_scheduler_test.cc.
describe("the schedule of earliest deadlines", () => {
  it("takes turns in order when all weights are equal", () => {
    const schedule = EdfSchedule.after(0, 128, () => 1);
    for (let round = 0; round < 3; round++) {
      for (let item = 0; item < 128; item++) expect(schedule.next(() => 1)).toBe(item);
    }
  });

  it("gives everybody as many turns as the weight says", () => {
    const schedule = EdfSchedule.after(0, 128, (item) => item + 1);
    const counts = Array.from({ length: 128 }, () => 0);
    for (let i = 0; i < (128 * 129) / 2; i++) {
      const item = schedule.next((each) => each + 1);
      counts[item] = (counts[item] ?? 0) + 1;
    }
    expect(counts).toEqual(Array.from({ length: 128 }, (_, i) => i + 1));
  });

  it.each([5, 140, 501, 123_456, 894_571])(
    "starts after %d turns as if they were made",
    (turns) => {
      const weightOf = (item: number) => ((100.5 - 0.01) / 128) * item + 0.01;
      const made = EdfSchedule.after(0, 128, weightOf);
      for (let i = 0; i < turns; i++) made.next(weightOf);
      const emulated = EdfSchedule.after(turns, 128, weightOf).deadlines();
      for (const [item, deadline] of made.deadlines().entries()) {
        expect(Math.abs(deadline - (emulated[item] ?? NaN))).toBeLessThan(1e-5);
      }
    },
  );
});
