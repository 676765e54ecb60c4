import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CallSubject } from "../../simulator/balancing/contract.ts";
import { balancerOf } from "../../simulator/balancing/index.ts";
import type { BalancerFile, BalancerId } from "../../simulator/protocol/spec.ts";
import { balancerWith, idlePicks, membersOf, subjectOf } from "../support/members.ts";

function picksOf(
  algorithm: BalancerId,
  weights: readonly number[],
  count: number,
  spec: BalancerFile = {},
  subject?: (i: number) => CallSubject,
): string {
  const balancer = balancerWith(balancerOf(algorithm), membersOf(weights), spec);
  return idlePicks(balancer, count, subject);
}

const path = (i: number) => subjectOf({ uri: `/${i}` });
const user = (i: number) => subjectOf({ headers: { "x-user": `user${i}` } });

describe("picks as HAProxy 2.6.12 did", () => {
  it.each([
    [[5, 1, 1], "11121131112113"],
    [[4, 3, 2], "121321123121321123"],
  ])("roundrobin with weights %j", (weights, picks) => {
    expect(picksOf("haproxy-roundrobin", weights, picks.length)).toBe(picks);
  });

  it("static-rr with weights 4, 3, 2", () => {
    expect(picksOf("haproxy-static-rr", [4, 3, 2], 18)).toBe("121231123121231123");
  });

  it("uri, map-based, with weights 1, 2, 1", () => {
    const picks = picksOf("haproxy-uri", [1, 2, 1], 40, {}, path);
    expect(picks).toBe("2231223122231223122322312231221223122312");
  });

  it("uri, consistent, with weights 1, 2, 1", () => {
    const picks = picksOf("haproxy-uri", [1, 2, 1], 40, { hash: { type: "consistent" } }, path);
    expect(picks).toBe("3321223123122311312112221313112232133222");
  });

  it("hdr with djb2 and avalanche", () => {
    const spec = { header: "X-User", hash: { function: "djb2", avalanche: true } } as const;
    const picks = picksOf("haproxy-hdr", [1, 1, 1], 40, spec, user);
    expect(picks).toBe("1223113331213231332333311212323332211112");
  });

  it("hdr without the header, and leastconn while idle", () => {
    expect(picksOf("haproxy-hdr", [1, 1, 1], 7, { header: "X-User" })).toBe("1231231");
    expect(picksOf("haproxy-leastconn", [1, 1, 1], 7, { version: "2.6" })).toBe("1231231");
  });

  it("uri as in HAProxy's own test balance-uri.vtc", () => {
    const url = (i: number) => subjectOf({ uri: `/url${i + 1}` });
    expect(picksOf("haproxy-uri", [1, 1, 1, 1], 4, {}, url)).toBe("2341");
  });
});

describe("shares", () => {
  const count = (picks: string) => {
    const counts: Record<string, number> = {};
    for (const pick of picks) counts[pick] = (counts[pick] ?? 0) + 1;
    return counts;
  };

  it.each([
    ["haproxy-static-rr", 0],
    // Its rounds end at different calls for different servers.
    ["haproxy-roundrobin", 2],
  ] as const)("of %s are those of the weights, but for %i calls", (algorithm, most) => {
    const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(weights, (of) => {
        const total = of.reduce((sum, weight) => sum + weight, 0);
        const counts = count(picksOf(algorithm, of, total * 20));
        of.forEach((weight, i) => {
          expect(Math.abs((counts[String(i + 1)] ?? 0) - 20 * weight)).toBeLessThanOrEqual(most);
        });
      }),
    );
  });

  it("of random come close to the weights, with one draw or two", () => {
    for (const draws of [1, 2]) {
      const counts = count(picksOf("haproxy-random", [6, 3, 1], 20_000, { draws, version: "3.2" }));
      const ring = new Map([6, 3, 1].map((weight, i) => [String(i + 1), weight / 10]));
      for (const [server, share] of ring) {
        // 16 points a weight unit do not lie evenly.
        expect(Math.abs((counts[server] ?? 0) / 20_000 - share)).toBeLessThan(0.15);
      }
    }
  });
});

/** The map's slots as HAProxy's own loop deals them, with all scores for each slot. */
function slotsByScores(weights: readonly number[]): string {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const scores = weights.map(() => 0);
  let slots = "";
  for (let slot = 0; slot < total; slot++) {
    const parts = weights.map((weight, i) => {
      const score = (scores[i] ?? 0) + weight;
      scores[i] = score;
      return Math.trunc((score + total) / total);
    });
    const best = total === 1 ? 0 : parts.indexOf(Math.max(...parts));
    slots += String(best + 1);
    scores[best] = (scores[best] ?? 0) - total;
  }
  return slots;
}

it("the slots of static-rr lie where HAProxy's scores put them", () => {
  const weights = fc.array(fc.integer({ min: 1, max: 256 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(weights, (of) => {
      const slots = slotsByScores([...of, 1]);
      expect(picksOf("haproxy-static-rr", [...of, 1], slots.length)).toBe(slots);
    }),
  );
});

describe("a key's server", () => {
  const consistent = { hash: { type: "consistent" } } as const;

  it("stays when another one of a ring goes or comes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 8 }),
        fc.nat(),
        (weights, which) => {
          const members = membersOf(weights);
          const balancer = balancerWith(balancerOf("haproxy-uri"), members, consistent);
          const before = idlePicks(balancer, 200, path);
          const gone = members[which % members.length];
          balancer.update(members.filter((member) => member !== gone));
          const without = idlePicks(balancer, 200, path);
          for (let i = 0; i < 200; i++) {
            if (gone?.id !== `svc-${before[i] ?? ""}`) expect(without[i]).toBe(before[i]);
          }
          balancer.update(members);
          expect(idlePicks(balancer, 200, path)).toBe(before);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("is another for nearly all keys when the map changes", () => {
    const members = membersOf([1, 1, 1, 1]);
    const balancer = balancerWith(balancerOf("haproxy-uri"), members);
    const before = idlePicks(balancer, 300, path);
    balancer.update(members.slice(0, 3));
    const after = idlePicks(balancer, 300, path);
    const moved = Array.from(before).filter((pick, i) => pick !== after[i]).length;
    expect(moved).toBeGreaterThan(150);
  });

  it("hashes whole numbers as they are with the function none", () => {
    const spec = { header: "x-user", hash: { function: "none" } } as const;
    const numbered = (i: number) => subjectOf({ headers: { "x-user": String(i) } });
    expect(picksOf("haproxy-hdr", [1, 1, 1], 7, spec, numbered)).toBe("1231231");
  });

  it("is the address's words for source, four of them for IPv6", () => {
    const client = (address: string) => () => subjectOf({ client: address });
    const at = (address: string) => picksOf("haproxy-source", [1, 1, 1], 1, {}, client(address));
    expect([at("0.0.0.0"), at("0.0.0.1"), at("0.0.0.2"), at("0.0.0.3")].join("")).toBe("1231");
    expect([at("::"), at("::1"), at("1::1"), at("::0.0.0.2")].join("")).toBe(
      // 0x00010000 ^ 1 = 65537 ≡ 2 (mod 3)
      "1233",
    );
  });
});

describe("versions", () => {
  it("of leastconn: strict turns among equals up to 3.1, chance since 3.2", () => {
    const weights = [1, 1, 1, 1, 1, 1];
    const turns = picksOf("haproxy-leastconn", weights, 24, { version: "3.1" });
    expect(turns).toBe("123456".repeat(4));
    expect(picksOf("haproxy-leastconn", weights, 24, { version: "3.2" })).not.toBe(turns);
    expect(picksOf("haproxy-leastconn", weights, 24)).not.toBe(turns);
  });

  it("of random: the last draw wins a tie up to 3.2, the fewer calls of a second since 3.3", () => {
    const kind = balancerOf("haproxy-random");
    const picks = (version: string, values: readonly number[], draws: number) => {
      let i = 0;
      const random = { next: () => values[i++ % values.length] ?? 0 };
      const spec = { version, draws };
      return idlePicks(balancerWith(kind, membersOf([1, 1]), spec, { random }), 6);
    };
    // A place on the ring for each of the two.
    const places = Array.from({ length: 20 }, (_, i) => i / 20);
    const drawn = ["1", "2"].map(
      (server) => places.find((place) => picks("3.2", [place], 1).startsWith(server)) ?? NaN,
    );
    expect(new Set(picks("3.2", drawn, 2))).toEqual(new Set("2"));
    expect(new Set(picks("3.3", drawn, 2)).size).toBe(2);
  });
});

describe("backups", () => {
  it("get calls when nobody else can: the first one, or with allbackups all of them", () => {
    const servers = [{}, { backup: true }, { backup: true }];
    for (const [allBackups, expected] of [
      [false, "222222"],
      [true, "232323"],
    ] as const) {
      const members = membersOf([1, 1, 1], servers);
      const balancer = balancerWith(balancerOf("haproxy-roundrobin"), members, { allBackups });
      expect(idlePicks(balancer, 3)).toBe("111");
      balancer.update(members.map((each, i) => (i === 0 ? { ...each, excluded: "down" } : each)));
      expect(idlePicks(balancer, 6)).toBe(expected);
      balancer.update(members);
      expect(idlePicks(balancer, 3)).toBe("111");
    }
  });
});
