import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { balancerOf } from "../../simulator/balancing/index.ts";
import type { AttemptEnd } from "../../simulator/balancing/contract.ts";
import { compileKey } from "../../simulator/balancing/nginx/hash-key.ts";
import {
  Balancer as BalancerSchema,
  type BalancerFile,
  type BalancerId,
  type Server,
} from "../../simulator/protocol/spec.ts";
import {
  attemptAt,
  balancerWith,
  FRESH,
  idlePicks,
  membersOf,
  REFUSED,
  SetClock,
  subjectOf,
  SUCCESS,
} from "../support/members.ts";

function nginx(
  algorithm: BalancerId,
  servers: readonly Partial<Server>[],
  spec: BalancerFile = {},
) {
  const members = membersOf(
    servers.map(({ weight = 1 }) => weight),
    servers,
  );
  const clock = new SetClock(1_000_000);
  const balancer = balancerWith(balancerOf(algorithm), members, spec, { clock });
  /** Whom one call tries when its attempts end so. */
  const call = (...ends: AttemptEnd[]) => {
    const selection = balancer.begin(subjectOf(), FRESH);
    return ends.map((how) => {
      const { member, end } = attemptAt(balancer, selection);
      end(how);
      return member?.id.replace("svc-", "") ?? "-";
    });
  };
  return { balancer, members, clock, call };
}

describe("what nginx remembers of a server", () => {
  it("leaves it out after max_fails, probes once after fail_timeout, and forgets after a success", () => {
    const { call, clock } = nginx("round-robin", [{ maxFails: 1, failTimeout: 2000 }, {}]);
    expect(call(REFUSED, SUCCESS)).toEqual(["1", "2"]);
    clock.set(1_002_000);
    expect([call(SUCCESS), call(SUCCESS)].join("")).toBe("22");
    clock.set(1_003_000);
    const picks = [call(SUCCESS), call(SUCCESS), call(SUCCESS), call(SUCCESS)];
    expect(picks.join("")).toContain("1");
  });

  it("counts a status as a failure only when the call goes on because of it, and 404 never", () => {
    const at = (status: number, again: boolean): AttemptEnd => ({ ...SUCCESS, status, again });
    const failsAfter = (end: AttemptEnd) => {
      const { balancer, call } = nginx("round-robin", [{ maxFails: 1 }, {}]);
      call(end);
      return balancer.picture().rows[0]?.figures[2];
    };
    expect(failsAfter(at(502, true))).toBe(1);
    expect(failsAfter(at(502, false))).toBe(0);
    expect(failsAfter(at(404, true))).toBe(0);
    expect(failsAfter({ ...REFUSED, again: false })).toBe(1);
    expect(failsAfter({ ...REFUSED, outcome: "timeout", sent: true })).toBe(1);
    expect(failsAfter({ ...REFUSED, outcome: "canceled" })).toBe(0);
  });

  it("never takes out the only server, but a lone backup as any other", () => {
    const alone = nginx("round-robin", [{ maxFails: 1 }]);
    expect([alone.call(REFUSED), alone.call(REFUSED)].join("")).toBe("11");
    const backed = nginx("round-robin", [{ maxFails: 1 }, { maxFails: 1, backup: true }]);
    expect(backed.call(REFUSED, REFUSED, REFUSED)).toEqual(["1", "2", "-"]);
    expect(backed.call(REFUSED)).toEqual(["-"]);
  });

  it("before 1.11.5 has all of them again when nobody was left", () => {
    const old = nginx("round-robin", [{ maxFails: 1 }, { maxFails: 1 }], { version: "1.10.3" });
    expect(old.call(REFUSED, REFUSED, REFUSED)).toEqual(["1", "2", "-"]);
    expect(old.call(REFUSED, REFUSED)).not.toContain("-");
  });

  it("since 1.19.6 gives no tries for servers that are down", () => {
    const servers = [{}, {}, { backup: true }];
    const tries = (version?: string) => {
      const { balancer, members } = nginx("round-robin", servers, version ? { version } : {});
      balancer.update(
        members.map((each, i) => ({ ...each, excluded: i === 1 ? "down" : undefined })),
      );
      return balancer.begin(subjectOf(), FRESH).tries;
    };
    expect([tries("1.18"), tries("1.19.6"), tries()]).toEqual([3, 2, 2]);
  });

  it("says in a record why others were out", () => {
    const { balancer, call } = nginx("round-robin", [
      { maxFails: 1, weight: 2 },
      { maxConnections: 1 },
      {},
      { backup: true },
    ]);
    call(REFUSED);
    const held = attemptAt(balancer, balancer.begin(subjectOf(), FRESH));
    const { decision } = balancer.begin(subjectOf(), FRESH).pick({ record: true });
    held.end();
    expect(decision?.candidates.map(({ excluded }) => excluded)).toEqual([
      "failed",
      "full",
      undefined,
      "backup",
    ]);
    expect(decision?.score).toBe("current weight, highest wins");
    expect(balancer.picture().rows[0]?.note).toBe("failed once, tried again in 11s");
  });
});

describe("the key of a hash", () => {
  const call = subjectOf({
    client: "10.1.2.3",
    uri: "/a//b/./c/../%64?k=1%20&X=y#f",
    headers: { host: "Shop.Example.:80", cookie: "a=1; user=ann", "x-key": "v" },
  });

  it.each([
    ["$remote_addr", "10.1.2.3"],
    ["$uri", "/a/b/d"],
    ["$request_uri", "/a//b/./c/../%64?k=1%20&X=y#f"],
    ["<$arg_k|${arg_x}>", "<1%20|y>"],
    ["$is_args$query_string", "?k=1%20&X=y"],
    ["$host", "shop.example"],
    ["$cookie_User-$http_x_key", "ann-v"],
    ["$request_method $scheme", "GET http"],
    ["$geo", ""],
  ])("%s is %s", (text, value) => {
    expect(compileKey(text).of(call).toString()).toBe(value);
  });

  it("has an address's bytes", () => {
    const bytes = (client: string) =>
      compileKey("$binary_remote_addr").of(subjectOf({ client })).toString("hex");
    expect(bytes("10.1.2.3")).toBe("0a010203");
    expect(bytes("2001:db8::1")).toBe("20010db8000000000000000000000001");
    expect(bytes("::ffff:1.2.3.4")).toBe("00000000000000000000ffff01020304");
  });

  it("is refused in nginx's words", () => {
    const mistake = (key: string) => BalancerSchema.safeParse({ key }).error?.issues[0]?.message;
    expect(mistake("a$")).toBe("nginx: invalid variable name.");
    expect(mistake("${uri")).toBe('nginx: the closing bracket in "uri" variable is missing.');
    expect(mistake("$uri")).toBeUndefined();
  });

  it("leaves the pick to round robin when it is empty", () => {
    const { balancer } = nginx("hash", [{}, {}, {}], { key: "$arg_none" });
    expect(idlePicks(balancer, 6)).toBe("123123");
  });
});

describe("consistent hash", () => {
  const keys = Array.from({ length: 400 }, (_, i) => subjectOf({ uri: `/${String(i)}` }));

  it("moves only the keys of a server that goes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.nat(), (count, at) => {
        const { balancer, members } = nginx(
          "consistent-hash",
          Array.from({ length: count }, () => ({})),
          { key: "$request_uri" },
        );
        const owners = () =>
          keys.map((key) => balancer.begin(key, FRESH).pick({ record: false }).member?.id);
        const before = owners();
        const gone = members[at % count]?.id;
        balancer.update(members.filter(({ id }) => id !== gone));
        const after = owners();
        for (const [i, owner] of before.entries()) {
          if (owner !== gone) expect(after[i]).toBe(owner);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("draws shares that its points make", () => {
    const { balancer } = nginx("consistent-hash", [{ weight: 3 }, {}, {}], {
      key: "$request_uri",
    });
    const { ring, rows } = balancer.picture();
    expect(ring?.total).toBe(5 * 160);
    const ideals = rows.map(({ ideal }) => ideal);
    expect(ideals.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
    expect(ideals[0]).toBeGreaterThan(0.5);
    const picks = idlePicks(balancer, 4000, (i) => subjectOf({ uri: `/${String(i)}` }));
    const share = (picks.match(/1/g)?.length ?? 0) / 4000;
    expect(Math.abs(share - (ideals[0] ?? 0))).toBeLessThan(0.05);
  });
});

describe("shares", () => {
  const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 6 });

  it.each(["round-robin", "random"] as const)("of %s are those of the weights", (algorithm) => {
    fc.assert(
      fc.property(weights, (of) => {
        const { balancer } = nginx(
          algorithm,
          of.map((weight) => ({ weight })),
        );
        const total = of.reduce((sum, weight) => sum + weight, 0);
        const picks = idlePicks(balancer, total * 100);
        for (const [i, weight] of of.entries()) {
          const share = (picks.split(String(i + 1)).length - 1) / picks.length;
          const expected = weight / total;
          if (algorithm === "round-robin") expect(share).toBe(expected);
          // Six standard deviations.
          else expect(Math.abs(share - expected)).toBeLessThan(6 * Math.sqrt(0.25 / picks.length));
        }
      }),
      { numRuns: 25 },
    );
  });

  it("of two choices: never the busier of the two drawn", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 2, maxLength: 8 }), (loads) => {
        const { balancer, members } = nginx(
          "power-of-two",
          loads.map(() => ({})),
        );
        for (const [i, member] of members.entries()) member.load.inFlight = loads[i] ?? 0;
        const { decision, member } = balancer.begin(subjectOf(), FRESH).pick({ record: true });
        const drawn = decision?.candidates.filter(({ score }) => score !== undefined) ?? [];
        expect(drawn).toHaveLength(2);
        expect(member?.load.inFlight).toBe(Math.min(...drawn.map(({ inFlight }) => inFlight)));
      }),
    );
  });
});
