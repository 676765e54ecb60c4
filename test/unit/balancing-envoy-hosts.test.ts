import { describe, expect, it } from "vitest";
import { leastRequest } from "../../simulator/balancing/envoy/least-request.ts";
import { priorityLoads } from "../../simulator/balancing/envoy/priority-loads.ts";
import { balancerWith, FRESH, membersOf, subjectOf } from "../support/members.ts";

// Envoy's own expectations, load_balancer_impl_base_test.cc: hosts and healthy hosts by priority.
describe("load by priority and panic, as Envoy's tests have them", () => {
  it.each([
    [
      "all are healthy",
      [
        [1, 1],
        [1, 1],
      ],
      [100, 0],
      [false, false],
    ],
    [
      "half of both",
      [
        [2, 1],
        [2, 1],
      ],
      [70, 30],
      [false, false],
    ],
    [
      "the second takes what spills over",
      [
        [4, 1],
        [2, 2],
      ],
      [35, 65],
      [false, false],
    ],
    [
      "a quarter of both",
      [
        [4, 1],
        [4, 1],
      ],
      [50, 50],
      [true, true],
    ],
    [
      "three that are just enough",
      [
        [4, 1],
        [4, 1],
        [4, 1],
      ],
      [35, 35, 30],
      [false, false, false],
    ],
    [
      "three that are not",
      [
        [5, 1],
        [5, 1],
        [5, 1],
      ],
      [34, 33, 33],
      [true, true, true],
    ],
    [
      "only the last",
      [
        [5, 0],
        [5, 0],
        [5, 5],
      ],
      [0, 0, 100],
      [false, false, false],
    ],
    [
      "only most of the last",
      [
        [5, 0],
        [5, 0],
        [5, 4],
      ],
      [0, 0, 100],
      [false, false, false],
    ],
    [
      "too few of the last",
      [
        [5, 0],
        [5, 0],
        [5, 2],
      ],
      [34, 33, 33],
      [true, true, true],
    ],
    [
      "nobody",
      [
        [5, 0],
        [3, 0],
        [2, 0],
      ],
      [50, 30, 20],
      [true, true, true],
    ],
    [
      "hardly anybody",
      [
        [5, 0],
        [6, 2],
        [3, 1],
      ],
      [37, 42, 21],
      [true, true, true],
    ],
  ])("%s", (_name, hosts, load, panic) => {
    const loads = priorityLoads(
      hosts.map(([all = 0, healthy = 0]) => ({ hosts: all, healthy })),
      50,
    );
    expect(loads.map((each) => each.load)).toEqual(load);
    expect(loads.map((each) => each.panic)).toEqual(panic);
  });

  // The documentation's first table (panic_threshold.rst): the backups are all healthy.
  it.each([
    [72, 100, 0],
    [71, 99, 1],
    [50, 70, 30],
    [25, 35, 65],
    [0, 0, 100],
  ])("%d %% healthy: %d %% and %d %%", (healthy, first, second) => {
    const loads = priorityLoads(
      [
        { hosts: 100, healthy },
        { hosts: 100, healthy: 100 },
      ],
      50,
    );
    expect(loads).toEqual([
      { load: first, panic: false },
      { load: second, panic: false },
    ]);
  });

  it("never panics at a threshold of 0", () => {
    expect(priorityLoads([{ hosts: 4, healthy: 0 }], 0)).toEqual([{ load: 100, panic: false }]);
  });
});

describe("hosts around an algorithm", () => {
  const picksOf = (members: ReturnType<typeof membersOf>, panicThreshold = "50%") => {
    const balancer = balancerWith(leastRequest, members, { panicThreshold });
    return Array.from({ length: 400 }, () => {
      const selection = balancer.begin(subjectOf(), FRESH);
      return selection.pick({ record: false }).member?.id;
    });
  };

  it("ignores bad health in panic, but not who was taken out", () => {
    const members = membersOf([1, 1, 1, 1, 0]);
    for (const i of [0, 1]) Object.assign(members[i] ?? {}, { excluded: "unhealthy" });
    Object.assign(members[2] ?? {}, { excluded: "draining" });
    // One of three hosts is healthy.
    expect(new Set(picksOf(members))).toEqual(new Set(["svc-1", "svc-2", "svc-4"]));
    expect(new Set(picksOf(members, "30%"))).toEqual(new Set(["svc-4"]));
  });

  it("says in the decision that it panics, and lifts the exclusion", () => {
    const members = membersOf([1, 1, 1]);
    for (const member of members.slice(1)) member.excluded = "unhealthy";
    const balancer = balancerWith(leastRequest, members);
    const { decision } = balancer.begin(subjectOf(), FRESH).pick({ record: true });
    expect(decision?.reason).toMatch(/^Panic, 1 of 3 hosts are healthy: health is ignored\. Drew /);
    expect(decision?.candidates.map(({ excluded }) => excluded)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(balancer.picture().rows.map(({ note }) => note)).toEqual([
      "Panic: its health is ignored.",
      "Panic: its health is ignored.",
      "Panic: its health is ignored.",
    ]);
  });

  it("gives backups what the others cannot take", () => {
    const members = membersOf([1, 1, 1], [{}, {}, { backup: true }]);
    expect(new Set(picksOf(members))).toEqual(new Set(["svc-1", "svc-2"]));
    const balancer = balancerWith(leastRequest, members);
    const { decision } = balancer.begin(subjectOf(), FRESH).pick({ record: true });
    expect(decision?.candidates[2]?.excluded).toBe("backup");
    Object.assign(members[0] ?? {}, { excluded: "unhealthy" });
    const picks = picksOf(members);
    const share = picks.filter((id) => id === "svc-3").length / picks.length;
    expect(share).toBeGreaterThan(0.22);
    expect(share).toBeLessThan(0.38);
    balancer.update(members);
    expect(balancer.picture().rows.map(({ ideal }) => ideal)).toEqual([0, 0.7, 0.3]);
  });

  it("has nobody to pick when all are out", () => {
    const members = membersOf([1, 0]);
    Object.assign(members[0] ?? {}, { excluded: "down" });
    const balancer = balancerWith(leastRequest, members);
    const { member, decision } = balancer.begin(subjectOf(), FRESH).pick({ record: true });
    expect(member).toBeUndefined();
    expect(decision?.reason).toBe("No instance is eligible.");
    expect(decision?.candidates.map(({ excluded }) => excluded)).toEqual(["down", "no-weight"]);
  });

  it("retries elsewhere, and comes back only when it may", () => {
    const balancer = balancerWith(leastRequest, membersOf([1, 1, 1]));
    for (const reuse of [true, false]) {
      const selection = balancer.begin(subjectOf(), { tried: new Set(), reuse });
      const ids = [1, 2, 3, 4].map(() => selection.pick({ record: false }).member?.id);
      expect(new Set(ids.slice(0, 3)).size).toBe(3);
      expect(ids[3] !== undefined).toBe(reuse);
    }
  });
});
