import { describe, expect, it } from "vitest";
import { balancerOf } from "../../simulator/balancing/index.ts";
import type { BalancerFile, BalancerId } from "../../simulator/protocol/balancer-spec.ts";
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

/** Members as nginx's golden vectors have them: 127.0.0.1:18081, :18082, … */
function recorded(weights: readonly number[]) {
  return membersOf(
    weights,
    weights.map((weight, i) => ({ weight, address: `127.0.0.1:${String(18_081 + i)}` })),
  );
}

function nginx(algorithm: BalancerId, weights: readonly number[], spec: BalancerFile = {}) {
  const members = recorded(weights);
  const clock = new SetClock(1_000_000);
  const balancer = balancerWith(balancerOf(algorithm), members, spec, { clock });
  return { balancer, members, clock };
}

// Recorded from nginx 1.22.1 with the servers 127.0.0.1:18081 to :18083.
describe("picks recorded from nginx", () => {
  it.each([
    [[5, 1, 1], "11213111121311"],
    [[4, 3, 2], "123121321123121321"],
  ])("round robin, weights %j", (weights, picks) => {
    expect(idlePicks(nginx("round-robin", weights).balancer, picks.length)).toBe(picks);
  });

  it("least_conn, idle, weights 3, 1, 1", () => {
    expect(idlePicks(nginx("least-connections", [3, 1, 1]).balancer, 10)).toBe("1213112131");
  });

  it("round robin with a dead server, weights 3, 3 (dead, max_fails=3), 1", () => {
    const members = membersOf([3, 3, 1], [{ maxFails: 1 }, { maxFails: 3 }, { maxFails: 1 }]);
    const balancer = balancerWith(balancerOf("round-robin"), members);
    let served = "";
    for (let i = 0; i < 24; i++) {
      const selection = balancer.begin(subjectOf(), FRESH);
      for (;;) {
        const { member, end } = attemptAt(balancer, selection);
        const dead = member?.id === "svc-2";
        end(dead ? REFUSED : SUCCESS);
        if (dead) continue;
        served += member?.id.replace("svc-", "") ?? "-";
        break;
      }
    }
    expect(served).toBe("131113111113111311131113");
  });

  it("hash of k=0 to 39, weights 1, 2, 1", () => {
    const { balancer } = nginx("hash", [1, 2, 1], { key: "$arg_k" });
    expect(idlePicks(balancer, 40, (i) => subjectOf({ uri: `/?k=${String(i)}` }))).toBe(
      "3122221313223113222213222231313122221313",
    );
  });

  it("hash consistent of k=0 to 39, weights 1, 2, 1", () => {
    const { balancer } = nginx("consistent-hash", [1, 2, 1], { key: "$arg_k" });
    expect(idlePicks(balancer, 40, (i) => subjectOf({ uri: `/?k=${String(i)}` }))).toBe(
      "2321213122112321232322122232121211232212",
    );
  });

  it("ip_hash of 10.0.7.9 to 10.29.7.9", () => {
    const { balancer } = nginx("ip-hash", [1, 1, 1]);
    expect(idlePicks(balancer, 30, (i) => subjectOf({ client: `10.${String(i)}.7.9` }))).toBe(
      "213".repeat(10),
    );
  });
});
