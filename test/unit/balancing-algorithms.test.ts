import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leastConnections } from "../../simulator/balancing/least-connections.ts";
import { powerOfTwo } from "../../simulator/balancing/power-of-two.ts";
import { smoothWeightedRoundRobin } from "../../simulator/balancing/smooth-weighted-round-robin.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import { idlePicks, membersOf } from "../support/members.ts";

const nobody: ReadonlySet<string> = new Set();
const weights = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 });

function roundRobin(of: readonly number[]) {
  const balancer = smoothWeightedRoundRobin.create(seededRandom(1));
  const members = membersOf(of);
  balancer.update(members);
  return { balancer, members };
}

// The sequences were recorded from nginx 1.22.1.
describe("smooth weighted round robin", () => {
  it.each([
    [[5, 1, 1], "11213111121311"],
    [[4, 3, 2], "123121321123121321"],
  ])("picks as nginx does for the weights %j", (of, picks) => {
    expect(idlePicks(roundRobin(of).balancer, picks.length)).toBe(picks);
  });

  it("gives each member exactly its weight in every cycle", () => {
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 3 }), (of, cycles) => {
        const { balancer, members } = roundRobin(of);
        const total = of.reduce((sum, weight) => sum + weight, 0);
        for (let cycle = 0; cycle < cycles; cycle++) {
          const counts = new Map<string, number>();
          for (let i = 0; i < total; i++) {
            const id = balancer.pick({ tried: nobody }, false).member?.id ?? "";
            counts.set(id, (counts.get(id) ?? 0) + 1);
          }
          expect([...members].map(({ id }) => counts.get(id))).toEqual(of);
        }
      }),
    );
  });

  it("goes on where it was when another member comes", () => {
    const { balancer, members } = roundRobin([1, 1, 1]);
    expect(idlePicks(balancer, 2)).toBe("12");
    balancer.update([...members, ...membersOf([1, 1, 1, 1]).slice(3)]);
    expect(idlePicks(balancer, 4)).toBe("3412");
  });

  it("records the current weights before the winner pays back", () => {
    const { balancer } = roundRobin([5, 1, 1]);
    balancer.pick({ tried: nobody }, true);
    const { decision } = balancer.pick({ tried: nobody }, true);
    expect(decision).toEqual({
      algorithm: "round-robin",
      score: "current weight, highest wins",
      candidates: [
        { instance: "svc-1", weight: 5, inFlight: 0, score: 3 },
        { instance: "svc-2", weight: 1, inFlight: 0, score: 2 },
        { instance: "svc-3", weight: 1, inFlight: 0, score: 2 },
      ],
      winner: "svc-1",
      reason: "svc-1 has the highest current weight, 3; it pays back 7.",
    });
  });
});

describe("least connections", () => {
  function among(of: readonly number[]) {
    const balancer = leastConnections.create(seededRandom(1));
    const members = membersOf(of);
    balancer.update(members);
    return { balancer, members };
  }

  it("takes turns as nginx does while all are idle", () => {
    expect(idlePicks(among([3, 1, 1]).balancer, 10)).toBe("1213112131");
  });

  it("never picks a member that is busier for its weight than another", () => {
    const loads = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(30)), { minLength: 1 });
    fc.assert(
      fc.property(loads, (pairs) => {
        const { balancer, members } = among(pairs.map(([weight]) => weight));
        members.forEach((member, i) => (member.load.inFlight = pairs[i]?.[1] ?? 0));
        const { member } = balancer.pick({ tried: nobody }, false);
        const share = (of: { weight: number; load: { inFlight: number } }) =>
          of.load.inFlight / of.weight;
        expect(member && share(member)).toBeCloseTo(Math.min(...members.map(share)), 12);
      }),
    );
  });

  it("spreads what stays in flight in proportion to the weights", () => {
    const { balancer, members } = among([3, 2, 1]);
    for (let i = 0; i < 60; i++) {
      const { member } = balancer.pick({ tried: nobody }, false);
      if (member) member.load.inFlight++;
    }
    expect(members.map((member) => member.load.inFlight)).toEqual([30, 20, 10]);
  });
});

describe("power of two choices", () => {
  function picks(seed: number, of: readonly number[]) {
    const balancer = powerOfTwo.create(seededRandom(seed));
    balancer.update(membersOf(of));
    return idlePicks(balancer, 40);
  }

  it("replays the same picks from the same seed", () => {
    fc.assert(
      fc.property(fc.integer(), weights, (seed, of) => picks(seed, of) === picks(seed, of)),
    );
    expect(picks(1, [1, 1, 1])).not.toBe(picks(2, [1, 1, 1]));
  });

  it("looks at two different members and takes the less busy one", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(fc.nat(9), { minLength: 2, maxLength: 8 }),
        (seed, loads) => {
          const balancer = powerOfTwo.create(seededRandom(seed));
          const members = membersOf(loads.map(() => 1));
          members.forEach((member, i) => (member.load.inFlight = loads[i] ?? 0));
          balancer.update(members);
          const { decision, member } = balancer.pick({ tried: nobody }, true);
          const drawn = decision?.candidates.filter(({ score }) => score !== undefined) ?? [];
          expect(drawn).toHaveLength(2);
          expect(member?.load.inFlight).toBe(Math.min(...drawn.map(({ inFlight }) => inFlight)));
        },
      ),
    );
  });

  it("draws heavy members more often", () => {
    const counts = { 1: 0, 2: 0, 3: 0 };
    const balancer = powerOfTwo.create(seededRandom(7));
    const members = membersOf([8, 1, 1]);
    balancer.update(members);
    for (let i = 0; i < 3000; i++) {
      const { decision } = balancer.pick({ tried: nobody }, true);
      for (const { instance, score } of decision?.candidates ?? []) {
        if (score !== undefined) counts[instance.replace("svc-", "") as "1" | "2" | "3"]++;
      }
    }
    // Of two draws without putting back: 0.8 + 0.2 × 8/9 for the heavy one.
    expect(counts[1] / 3000).toBeCloseTo(0.978, 1);
    expect(counts[2] / 3000).toBeCloseTo(0.511, 1);
  });
});
