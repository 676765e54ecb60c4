import { describe, expect, it } from "vitest";
import type { AttemptEnd } from "../../simulator/balancing/contract.ts";
import { haproxyRoundrobin } from "../../simulator/balancing/haproxy/roundrobin.ts";
import { RiseAndFall } from "../../simulator/health/rise-and-fall.ts";
import type { Server } from "../../simulator/protocol/spec.ts";
import {
  attemptAt,
  balancerWith,
  FRESH,
  membersOf,
  REFUSED,
  subjectOf,
  SUCCESS,
} from "../support/members.ts";

const status = (code: number): AttemptEnd => ({ ...SUCCESS, outcome: "failure", status: code });
const broken: AttemptEnd = { outcome: "unavailable", sent: true, ms: 1, again: false };

/** How often a server that is observed so was suspected after calls with these ends. */
function suspicions(server: Partial<Server>, ends: readonly AttemptEnd[]): string[] {
  const heard: string[] = [];
  const suspect = (id: string, onError: string) => heard.push(`${id} ${onError}`);
  const balancer = balancerWith(haproxyRoundrobin, membersOf([1], [server]), {}, { suspect });
  for (const end of ends) attemptAt(balancer, balancer.begin(subjectOf(), FRESH)).end(end);
  return heard;
}

const repeat = (end: AttemptEnd, count: number) => Array.from({ length: count }, () => end);

describe("observe", () => {
  it("tells of the limit's errors in a row, and begins to count anew", () => {
    const server = { observe: "layer7", errorLimit: 3, onError: "mark-down" } as const;
    expect(suspicions(server, repeat(status(500), 2))).toEqual([]);
    expect(suspicions(server, repeat(status(500), 3))).toEqual(["svc-1 mark-down"]);
    expect(suspicions(server, repeat(status(500), 5))).toHaveLength(1);
    expect(suspicions(server, repeat(status(500), 6))).toHaveLength(2);
    const interrupted = [...repeat(status(500), 2), SUCCESS, ...repeat(status(500), 2)];
    expect(suspicions(server, interrupted)).toEqual([]);
  });

  it.each<["layer4" | "layer7", AttemptEnd, boolean]>([
    ["layer4", REFUSED, true],
    ["layer4", status(503), false],
    ["layer4", broken, false],
    ["layer7", REFUSED, true],
    ["layer7", broken, true],
    ["layer7", status(404), false],
    ["layer7", status(500), true],
    ["layer7", status(501), false],
    ["layer7", status(505), false],
    ["layer7", { ...SUCCESS, outcome: "canceled" }, false],
  ])("%s counts %j: %j", (observe, end, counts) => {
    expect(suspicions({ observe, errorLimit: 1 }, [end])).toHaveLength(counts ? 1 : 0);
  });

  it("observes nothing by default, nor without checks that could bring a server back", () => {
    expect(suspicions({ errorLimit: 1 }, repeat(REFUSED, 5))).toEqual([]);
    const unchecked = { observe: "layer4", errorLimit: 1, check: false } as const;
    expect(suspicions(unchecked, repeat(REFUSED, 5))).toEqual([]);
  });
});

describe("on-error", () => {
  const statusesAfter = (...suspicions: Server["onError"][]) => {
    const state = new RiseAndFall({ interval: 2000, timeout: 1000, rise: 2, fall: 3 });
    state.add(true);
    return suspicions.map((onError) => {
      state.suspect(onError);
      return state.status;
    });
  };

  it("counts as a failed check, as all but the last, as all, or as none", () => {
    const passing = "passing";
    expect(statusesAfter("fail-check", "fail-check", "fail-check")).toEqual([
      passing,
      passing,
      "failing",
    ]);
    expect(statusesAfter("sudden-death", "fail-check")).toEqual([passing, "failing"]);
    expect(statusesAfter("fail-check", "fail-check", "sudden-death").at(-1)).toBe("failing");
    expect(statusesAfter("mark-down")).toEqual(["failing"]);
    expect(statusesAfter("fastinter", "fastinter", "fastinter", "fastinter").at(-1)).toBe(passing);
  });

  it("hastens the next check, and a suspicion while it is down delays its rise", () => {
    const times = { interval: 2000, fastInterval: 100, timeout: 1000, rise: 2, fall: 3 };
    const state = new RiseAndFall(times);
    state.add(true);
    state.suspect("fail-check");
    expect(state.interval).toBe(100);
    state.suspect("mark-down");
    state.add(true);
    state.suspect("fail-check");
    state.add(true);
    expect(state.status).toBe("failing");
    state.add(true);
    expect(state.status).toBe("passing");
  });
});
