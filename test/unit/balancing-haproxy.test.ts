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
