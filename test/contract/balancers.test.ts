import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BalancerKind, Member } from "../../simulator/balancing/contract.ts";
import { balancerOf, balancers } from "../../simulator/balancing/index.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import { BalancerPicture } from "../../simulator/protocol/balancer-model.ts";
import { Decision } from "../../simulator/protocol/model.ts";
import { BALANCERS, type BalancerId } from "../../simulator/protocol/spec.ts";
import { attemptAt, FRESH, membersOf, REFUSED, SUCCESS } from "../support/members.ts";
import {
  anyCall,
  balancerOfKind,
  callFrom,
  isOpen,
  runScript,
  script,
  situation,
  type Situation,
} from "../support/balancer-situations.ts";

/** HAProxy's algorithms that hash: by default a retry goes where the first attempt went. */
const HAPROXY_HASHES: readonly string[] = [
  "haproxy-source",
  "haproxy-uri",
  "haproxy-url-param",
  "haproxy-hdr",
];

const BY_NGINX: readonly string[] = BALANCERS.slice(0, BALANCERS.indexOf("haproxy-roundrobin"));

/** Whom a retry avoids while there are others: HAProxy only remembers the last one. */
function avoidedBy(id: BalancerId, tried: ReadonlySet<string>): ReadonlySet<string> {
  if (!id.startsWith("haproxy-")) return tried;
  return new Set(HAPROXY_HASHES.includes(id) ? [] : [...tried].slice(-1));
}

it("there is one balancer for every name in the cluster file", () => {
  expect(balancers.map(({ id }) => id).sort()).toEqual([...BALANCERS].sort());
  expect(BALANCERS.map((id) => balancerOf(id).id)).toEqual([...BALANCERS]);
  expect(() => balancerOf("fastest" as BalancerId)).toThrow('There is no balancer "fastest".');
});

/** One recorded pick in each situation. */
function forEvery(kind: BalancerKind, check: (of: ReturnType<typeof pickIn>) => void): void {
  const steps = fc.array(fc.tuple(situation, anyCall), { maxLength: 6 });
  fc.assert(
    fc.property(fc.integer(), steps, (seed, each) => {
      const balancer = balancerOfKind(kind, [], {}, { random: seededRandom(seed) });
      for (const [at, subject] of each) check(pickIn(balancer, at, subject));
    }),
    { numRuns: 50 },
  );
}

function pickIn(
  balancer: ReturnType<typeof balancerOfKind>,
  { members, tried }: Situation,
  subject: ReturnType<typeof callFrom>,
) {
  balancer.update(members);
  const pick = balancer.begin(subject, { tried, reuse: true }).pick({ record: true });
  return { members, tried, ...pick };
}

describe.each(balancers.map((kind) => [kind.id, kind] as const))("%s", (id, kind) => {
  it("says what it is", () => {
    expect(kind.explanation).toMatch(/^.{80,}\.$/);
  });

  it("picks an eligible member exactly when there is one", () => {
    forEvery(kind, ({ member, members, place }) => {
      const eligible = members.filter(isOpen);
      expect(place).toBeUndefined();
      if (eligible.length === 0) expect(member).toBeUndefined();
      else expect(eligible).toContain(member);
    });
  });

  it("picks a member that was tried only when nobody else is eligible", () => {
    forEvery(kind, ({ member, members, tried }) => {
      const avoided = avoidedBy(id, tried);
      if (!member || !avoided.has(member.id)) return;
      expect(members.filter((each) => isOpen(each) && !avoided.has(each.id))).toEqual([]);
    });
  });

  it("records the candidates in order, the winner, and why the others could not win", () => {
    forEvery(kind, ({ member, decision, members, tried }) => {
      const valid = Decision.parse(decision);
      expect(valid.algorithm).toBe(id);
      expect(valid.winner).toBe(member?.id);
      expect(valid.reason).toMatch(/\.$/);
      expect(valid.score).toMatch(/wins$/);
      expect(
        valid.candidates.map(({ instance, weight, inFlight }) => ({ instance, weight, inFlight })),
      ).toEqual(
        members.map((each) => ({
          instance: each.id,
          weight: each.weight,
          inFlight: each.load.inFlight,
        })),
      );
      const avoided = avoidedBy(id, tried);
      const avoids = members.some((each) => isOpen(each) && !avoided.has(each.id));
      for (const [i, { excluded }] of valid.candidates.entries()) {
        const each = members[i];
        if (!each) throw new Error("More candidates than members.");
        if (each.excluded !== undefined) expect(excluded).toBe(each.excluded);
        else if (avoids && avoided.has(each.id)) expect(excluded).toBe("tried");
        else if (avoids) expect(excluded).toBeUndefined();
      }
      const winner = valid.candidates.find(({ instance }) => instance === valid.winner);
      expect(winner?.excluded).toBeUndefined();
      // Nobody may have been compared, but not everybody else without the winner.
      const scored = valid.candidates.some(
        (each) => each.score !== undefined && each.excluded === undefined,
      );
      if (member && scored) expect(winner?.score).toBeDefined();
    });
  });

  it("says why there is nobody, also without members", () => {
    const balancer = balancerOfKind(kind, []);
    const { member, decision, place } = balancer.begin(callFrom(1), FRESH).pick({ record: true });
    expect(member).toBeUndefined();
    expect(place).toBeUndefined();
    expect(decision?.candidates).toEqual([]);
    expect(decision?.reason).toMatch(/^No .*\.$/);
  });

  it("picks the same whether it records or not, and the same from the same seed", () => {
    fc.assert(
      fc.property(fc.integer(), script, (seed, steps) => {
        const picks = runScript(kind, seed, steps, true);
        expect(runScript(kind, seed, steps, false)).toEqual(picks);
        expect(runScript(kind, seed, steps, true)).toEqual(picks);
      }),
    );
  });

  it("counts nothing itself: loads are the view's", () => {
    const members = membersOf([3, 1, 2]).map((member) => ({
      ...member,
      load: Object.freeze<{ inFlight: number }>({ inFlight: 2 }),
    }));
    const balancer = balancerOfKind(kind, members);
    for (let i = 0; i < 20; i++) {
      const selection = balancer.begin(callFrom(i), FRESH);
      const { member } = selection.pick({ record: i % 2 === 0 });
      if (member) selection.ended(member, SUCCESS);
    }
    expect(members.map(({ load }) => load.inFlight)).toEqual([2, 2, 2]);
  });

  it("keeps working while members come, go and change with attempts under way", () => {
    const balancer = balancerOfKind(kind, membersOf([1, 2, 3]));
    const attempts = Array.from({ length: 30 }, (_, i) =>
      attemptAt(balancer, balancer.begin(callFrom(i), FRESH)),
    );
    const others = membersOf([2, 2, 2, 5, 1]).slice(1);
    balancer.update(others);
    for (const { end } of attempts.slice(0, 10)) end();
    balancer.update([]);
    for (const { end } of attempts.slice(10, 20)) end({ ...SUCCESS, outcome: "canceled" });
    balancer.update(others.map((member) => ({ ...member, port: member.port + 1 })));
    for (const { end } of attempts.slice(20)) end();
    const ids = new Set(others.map((member) => member.id));
    for (let i = 0; i < 30; i++) {
      const { member, end } = attemptAt(balancer, balancer.begin(callFrom(i), FRESH));
      expect(ids).toContain(member?.id);
      end();
    }
  });

  it("retries elsewhere as its program does, without waiting for anybody", () => {
    const balancer = balancerOfKind(kind, membersOf([2, 1, 1, 3]));
    for (let i = 0; i < 20; i++) {
      const selection = balancer.begin(callFrom(i), FRESH);
      expect(selection.tries).toBeGreaterThanOrEqual(4);
      const ids: (string | undefined)[] = [];
      for (let attempt = 0; attempt < 4; attempt++) {
        const { member } = selection.pick({ record: false });
        ids.push(member?.id);
        if (member) selection.ended(member, { ...SUCCESS, status: 200, again: false });
      }
      expect(ids).not.toContain(undefined);
      if (HAPROXY_HASHES.includes(id)) expect(new Set(ids).size).toBe(1);
      else if (!id.startsWith("haproxy-")) expect(new Set(ids).size).toBe(4);
      else expect(ids.filter((each, i) => each === ids[i - 1])).toEqual([]);
    }
  });

  it("takes a changed weight at once; who has none gets nothing", () => {
    const members = membersOf([1, 1, 1]);
    const balancer = balancerOfKind(kind, members);
    attemptAt(balancer, balancer.begin(callFrom(0), FRESH)).end();
    const changed = members.map((member, i) => ({ ...member, weight: i === 1 ? 0 : 1 }));
    balancer.update(changed);
    for (let i = 0; i < 200; i++) {
      const { member, end } = attemptAt(balancer, balancer.begin(callFrom(i), FRESH));
      expect(member?.id).toMatch(/^svc-[13]$/);
      end();
    }
    const { decision } = balancer.begin(callFrom(1), FRESH).pick({ record: true });
    expect(decision?.candidates[1]?.excluded).toBe("no-weight");
  });

  it("draws a well-formed picture in every situation", () => {
    fc.assert(
      fc.property(situation, ({ members }) => {
        const balancer = balancerOfKind(kind, members);
        expectWellFormed(BalancerPicture.parse(balancer.picture()), members);
        attemptAt(balancer, balancer.begin(callFrom(1), FRESH));
        expectWellFormed(BalancerPicture.parse(balancer.picture()), members);
      }),
      { numRuns: 20 },
    );
  });

  it("works with 10,000 members, and records at most a hundred", () => {
    const members = membersOf(Array.from({ length: 10_000 }, (_, i) => (i % 100 === 0 ? 2 : 1)));
    const balancer = balancerOfKind(kind, members);
    for (let i = 0; i < 5; i++) {
      const { member, decision } = balancer.begin(callFrom(i), FRESH).pick({ record: true });
      expect(decision?.candidates).toHaveLength(100);
      expect(decision?.candidates.map(({ instance }) => instance)).toContain(member?.id);
    }
    const { rows, ring, table } = balancer.picture();
    expect(rows).toHaveLength(10_000);
    expect(ring?.points.length ?? table?.slots.length ?? 0).toBeLessThanOrEqual(4096);
  });
});

function expectWellFormed(picture: BalancerPicture, members: readonly Member[]): void {
  expect(picture.rows.map(({ instance }) => instance)).toEqual(members.map(({ id }) => id));
  const total = picture.rows.reduce((sum, { ideal }) => sum + ideal, 0);
  expect(total).toBeCloseTo(members.some(isOpen) ? 1 : 0, 9);
  for (const { ideal, figures } of picture.rows) {
    expect(ideal).toBeGreaterThanOrEqual(0);
    expect(figures).toHaveLength(picture.columns.length);
  }
  const points = picture.ring?.points ?? [];
  const places = points.map(({ at }) => at);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places.filter((at) => at < 0 || at >= 1)).toEqual([]);
  const ids = new Set(members.map(({ id }) => id));
  expect(points.filter(({ instance }) => !ids.has(instance))).toEqual([]);
  const rows = picture.table?.slots ?? [];
  expect(rows.filter((row) => picture.rows[row] === undefined)).toEqual([]);
}

// nginx has no retry that stays where it was.
describe.each(
  balancers.filter(({ id }) => !BY_NGINX.includes(id)).map((kind) => [kind.id, kind] as const),
)("%s", (_id, kind) => {
  it("stays at the same member when a retry is to", () => {
    const balancer = balancerOfKind(kind, membersOf([2, 1, 1, 3]));
    for (let i = 0; i < 20; i++) {
      const selection = balancer.begin(callFrom(i), { tried: new Set(), reuse: true });
      const first = selection.pick({ record: false }).member;
      if (first) selection.ended(first, REFUSED);
      const { member, decision } = selection.pick({ record: true, stay: true });
      expect(member?.id).toBe(first?.id);
      expect(decision?.winner).toBe(first?.id);
    }
  });
});
