import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BalancerKind } from "../../simulator/balancing/contract.ts";
import { balancerOf, balancers } from "../../simulator/balancing/index.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import { Decision, Exclusion } from "../../simulator/protocol/model.ts";
import { BALANCERS, type BalancerId } from "../../simulator/protocol/spec.ts";
import { membersOf, type MutableMember } from "../support/members.ts";

const exclusions = Exclusion.options.filter((reason) => reason !== "tried");

/** A service's members in any state, and what the call has tried of them. */
const situation = fc
  .array(
    fc.record({
      weight: fc.integer({ min: 1, max: 10 }),
      inFlight: fc.nat(20),
      excluded: fc.option(fc.constantFrom(...exclusions), { nil: undefined }),
      tried: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((rows) => {
    const members = membersOf(rows.map(({ weight }) => weight));
    members.forEach((member, i) => {
      member.load.inFlight = rows[i]?.inFlight ?? 0;
      member.excluded = rows[i]?.excluded;
    });
    const tried = new Set(members.filter((_, i) => rows[i]?.tried).map(({ id }) => id));
    return { members, tried };
  });

const picks = fc.record({ seed: fc.integer(), steps: fc.array(situation, { maxLength: 6 }) });

function forEvery(kind: BalancerKind, check: (pick: ReturnType<typeof pickOnce>) => void): void {
  fc.assert(
    fc.property(picks, ({ seed, steps }) => {
      const balancer = kind.create(seededRandom(seed));
      for (const step of steps) {
        balancer.update(step.members);
        check(pickOnce(balancer, step));
      }
    }),
  );
}

function pickOnce(
  balancer: ReturnType<BalancerKind["create"]>,
  { members, tried }: { members: MutableMember[]; tried: Set<string> },
) {
  return { members, tried, ...balancer.pick({ tried }, true) };
}

it("there is one balancer for every name in the cluster file", () => {
  expect(balancers.map(({ id }) => id)).toEqual([...BALANCERS]);
  expect(BALANCERS.map((id) => balancerOf(id).id)).toEqual([...BALANCERS]);
  expect(() => balancerOf("fastest" as BalancerId)).toThrow('There is no balancer "fastest".');
});

describe.each(balancers.map((kind) => [kind.id, kind] as const))("%s", (id, kind) => {
  it("says what it is", () => {
    expect(kind.title).toMatch(/^[A-Z]/);
    expect(kind.explanation).toMatch(/^.{80,}\.$/);
  });

  it("picks an eligible member exactly when there is one", () => {
    forEvery(kind, ({ member, members }) => {
      const eligible = members.filter(({ excluded }) => excluded === undefined);
      if (eligible.length === 0) expect(member).toBeUndefined();
      else expect(eligible).toContain(member);
    });
  });

  it("picks a member that was tried only when nobody else is eligible", () => {
    forEvery(kind, ({ member, members, tried }) => {
      if (!member || !tried.has(member.id)) return;
      const fresh = members.filter((each) => each.excluded === undefined && !tried.has(each.id));
      expect(fresh).toEqual([]);
    });
  });

  it("records every member in order, the winner, and why the others could not win", () => {
    forEvery(kind, ({ member, decision, members, tried }) => {
      const valid = Decision.parse(decision);
      expect(valid.algorithm).toBe(id);
      expect(valid.winner).toBe(member?.id);
      expect(valid.reason).toMatch(/\.$/);
      expect(valid.score).toMatch(/wins$/);
      const open = members.filter((each) => each.excluded === undefined);
      const avoids = open.some((each) => !tried.has(each.id));
      expect(
        valid.candidates.map(({ instance, weight, inFlight, excluded }) => ({
          instance,
          weight,
          inFlight,
          excluded,
        })),
      ).toEqual(
        members.map((each) => ({
          instance: each.id,
          weight: each.weight,
          inFlight: each.load.inFlight,
          excluded: each.excluded ?? (avoids && tried.has(each.id) ? "tried" : undefined),
        })),
      );
      for (const { excluded, score } of valid.candidates) {
        if (excluded !== undefined) expect(score).toBeUndefined();
      }
      const winner = valid.candidates.find(({ instance }) => instance === valid.winner);
      expect(winner?.excluded).toBeUndefined();
      if (member) expect(winner?.score).toBeDefined();
    });
  });

  it("picks the same whether it records or not", () => {
    fc.assert(
      fc.property(picks, ({ seed, steps }) => {
        const [recording, silent] = [
          kind.create(seededRandom(seed)),
          kind.create(seededRandom(seed)),
        ];
        for (const { members, tried } of steps) {
          recording.update(members);
          silent.update(members);
          const recorded = recording.pick({ tried }, true);
          const unrecorded = silent.pick({ tried }, false);
          expect(unrecorded.member).toBe(recorded.member);
          expect(unrecorded.decision).toBeUndefined();
        }
      }),
    );
  });

  it("leaves nobody out for good while all are idle", () => {
    const balancer = kind.create(seededRandom(3));
    const members = membersOf([4, 1, 1]);
    balancer.update(members);
    const seen = new Set<string | undefined>();
    for (let i = 0; i < 200; i++) seen.add(balancer.pick({ tried: new Set() }, false).member?.id);
    expect([...seen].sort()).toEqual(["svc-1", "svc-2", "svc-3"]);
  });
});
