import { describe, expect, it } from "vitest";
import type { Balancer, Member } from "../../simulator/balancing/contract.ts";
import { balancers } from "../../simulator/balancing/index.ts";
import type { BalancerFile } from "../../simulator/protocol/balancer-spec.ts";
import type { BalancerId } from "../../simulator/protocol/spec.ts";
import { balancerOfKind, callFrom } from "../support/balancer-situations.ts";
import { attemptAt, FRESH, membersOf } from "../support/members.ts";

/*
 * How far the share of an instance may be from that of its weight after 6,000 calls with different
 * keys, each over before the next. Those that are not here do not follow the weights then: they
 * look at who is busy, and nobody is, or fill one instance after the other.
 */
const TOLERANCES: Partial<Record<BalancerId, number>> = {
  "round-robin": 0.001,
  "least-connections": 0.001,
  "haproxy-roundrobin": 0.001,
  "haproxy-static-rr": 0.001,
  // Drawn when the weights are equal.
  "least-request": 0.02,
  "ip-hash": 0.05,
  hash: 0.05,
  random: 0.03,
  "haproxy-random": 0.05,
  "peak-ewma": 0.03,
  maglev: 0.03,
  "haproxy-source": 0.05,
  "haproxy-uri": 0.05,
  "haproxy-url-param": 0.05,
  "haproxy-hdr": 0.05,
  // The arcs of a ring differ.
  "consistent-hash": 0.1,
  "ring-hash": 0.1,
};

const CALLS = 6000;

/** How often each of the members was picked. */
function countsOf(balancer: Balancer, members: readonly Member[], calls = CALLS): number[] {
  const counts = new Map<string, number>(members.map(({ id }) => [id, 0]));
  for (let i = 0; i < calls; i++) {
    const { member, end } = attemptAt(balancer, balancer.begin(callFrom(i * 2_741), FRESH));
    if (member) counts.set(member.id, (counts.get(member.id) ?? 0) + 1);
    end();
  }
  return [...counts.values()];
}

function expectShares(balancer: Balancer, members: readonly Member[], tolerance: number): void {
  const total = members.reduce((sum, { weight }) => sum + weight, 0);
  for (const [i, count] of countsOf(balancer, members).entries()) {
    const ideal = (members[i]?.weight ?? 0) / total;
    expect(Math.abs(count / CALLS - ideal)).toBeLessThanOrEqual(tolerance);
  }
}

const byWeight = balancers.flatMap((kind) => {
  const tolerance = TOLERANCES[kind.id];
  return tolerance === undefined ? [] : [[kind.id, kind, tolerance] as const];
});

describe.each(byWeight)("the shares of %s", (_id, kind, tolerance) => {
  it.each([[[1, 1, 1]], [[5, 3, 2]], [[1, 2, 3, 4]]])("follow the weights %j", (weights) => {
    const members = membersOf(weights);
    expectShares(balancerOfKind(kind, members), members, tolerance);
  });

  it("follow other weights from the next call on", () => {
    const members = membersOf([1, 1, 4]);
    const balancer = balancerOfKind(kind, members);
    countsOf(balancer, members, 100);
    const changed = members.map((member, i) => ({ ...member, weight: [4, 1, 1][i] ?? 1 }));
    balancer.update(changed);
    expectShares(balancer, changed, tolerance);
  });
});

describe.each(balancers.map((kind) => [kind.id, kind] as const))("with %s", (_id, kind) => {
  it("nobody starves when there is more than one can take", () => {
    const members = membersOf(
      [4, 1, 1],
      Array.from({ length: 3 }, () => ({ maxConnections: 4 })),
    );
    const balancer = balancerOfKind(kind, members);
    const seen = new Set<string>();
    // More than two of them can take stay under way for a while.
    const open: (() => void)[] = [];
    for (let i = 0; i < 300; i++) {
      const { member, end } = attemptAt(balancer, balancer.begin(callFrom(i * 2_741), FRESH));
      if (member) seen.add(member.id);
      open.push(end);
      if (open.length > 9) open.shift()?.();
    }
    expect([...seen].sort()).toEqual(["svc-1", "svc-2", "svc-3"]);
  });
});

/*
 * Of the keys that belong to instances that stay, the share that may move when one of ten leaves.
 * Envoy gives those that stay more points then, and Maglev fills its table anew.
 */
const CONSISTENT: readonly (readonly [BalancerId, BalancerFile, number])[] = [
  ["consistent-hash", {}, 0],
  ["ring-hash", {}, 0.12],
  ["maglev", {}, 0.12],
  ["haproxy-source", { hash: { type: "consistent" } }, 0],
  ["haproxy-uri", { hash: { type: "consistent" } }, 0],
  ["haproxy-url-param", { hash: { type: "consistent", function: "crc32" } }, 0],
  ["haproxy-hdr", { hash: { type: "consistent", function: "wt6" } }, 0],
];

const consistent = CONSISTENT.flatMap(([id, spec, most]) => {
  const kind = balancers.find((each) => each.id === id);
  return kind ? [[id, kind, spec, most] as const] : [];
});

describe.each(consistent)("the keys of %s", (_id, kind, spec, most) => {
  const KEYS = 3000;

  function ownersOf(balancer: Balancer): (string | undefined)[] {
    return Array.from({ length: KEYS }, (_, i) => {
      const { member, end } = attemptAt(balancer, balancer.begin(callFrom(i * 5_113), FRESH));
      end();
      return member?.id;
    });
  }

  function movedOf(without: (members: ReturnType<typeof membersOf>) => readonly Member[]): number {
    const members = membersOf(Array.from({ length: 10 }, () => 1));
    const balancer = balancerOfKind(kind, members, spec);
    const before = ownersOf(balancer);
    balancer.update(without(members));
    const after = ownersOf(balancer);
    expect(after).not.toContain("svc-4");
    const stayed = before.flatMap((owner, i) => (owner === "svc-4" ? [] : [[owner, after[i]]]));
    expect(stayed.length).toBeGreaterThan(KEYS * 0.8);
    return stayed.filter(([owner, now]) => owner !== now).length / stayed.length;
  }

  it("stay where they are when another instance leaves", () => {
    expect(movedOf((members) => members.filter(({ id }) => id !== "svc-4"))).toBeLessThanOrEqual(
      most,
    );
  });

  it("stay where they are when another instance is out, and come back with it", () => {
    const out = (members: ReturnType<typeof membersOf>) =>
      members.map((each) =>
        each.id === "svc-4" ? { ...each, excluded: "unhealthy" as const } : each,
      );
    expect(movedOf(out)).toBeLessThanOrEqual(most);
    const members = membersOf(Array.from({ length: 10 }, () => 1));
    const balancer = balancerOfKind(kind, members, spec);
    const before = ownersOf(balancer);
    balancer.update(out(members));
    balancer.update(members);
    expect(ownersOf(balancer)).toEqual(before);
  });
});
