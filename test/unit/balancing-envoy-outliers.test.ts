import { describe, expect, it } from "vitest";
import type { AttemptEnd } from "../../simulator/balancing/contract.ts";
import { leastRequest } from "../../simulator/balancing/envoy/least-request.ts";
import { OutlierDetection } from "../../simulator/balancing/envoy/outlier-detection.ts";
import { successRateThreshold } from "../../simulator/balancing/envoy/success-rates.ts";
import { Balancer, type BalancerFile } from "../../simulator/protocol/balancer-spec.ts";
import {
  balancerWith,
  FRESH,
  membersOf,
  SetClock,
  subjectOf,
  SUCCESS,
} from "../support/members.ts";

const answered = (status: number): AttemptEnd => ({
  ...SUCCESS,
  status,
  outcome: status < 500 ? "success" : "failure",
});
const REFUSED: AttemptEnd = { outcome: "unavailable", sent: false, ms: 1, again: false };

function detector(outlier: BalancerFile["outlier"], hosts: number) {
  const spec = Balancer.parse({ outlier }).outlier;
  if (!spec) throw new Error("No outlier detection.");
  const detection = new OutlierDetection(spec, 0);
  const ids = Array.from({ length: hosts }, (_, i) => `svc-${String(i + 1)}`);
  detection.keep(new Set(ids));
  const load = (id: string, times: number, end: AttemptEnd, now = 0) => {
    for (let i = 0; i < times; i++) detection.report(id, end, now);
  };
  const ejected = () => ids.filter((id) => detection.isEjected(id));
  return { detection, ids, load, ejected };
}

// After Envoy's outlier_detection_impl_test.cc, with its times.
describe("outlier detection as Envoy's tests have it", () => {
  it("ejects after five errors in a row, and takes back at the sweep after 30s", () => {
    const { detection, load, ejected } = detector({}, 2);
    load("svc-1", 1, answered(500));
    load("svc-1", 1, answered(200));
    load("svc-1", 4, answered(500));
    expect(ejected()).toEqual([]);
    load("svc-1", 1, answered(500));
    expect(ejected()).toEqual(["svc-1"]);
    expect(detection.advance(29_999)).toBe(false);
    expect(ejected()).toEqual(["svc-1"]);
    expect(detection.advance(30_001)).toBe(true);
    expect(ejected()).toEqual([]);
    load("svc-1", 4, answered(500), 35_000);
    expect(ejected()).toEqual([]);
    load("svc-1", 1, answered(500), 35_000);
    expect(ejected()).toEqual(["svc-1"]);
    expect(detection.ejectionOf("svc-1")).toEqual({ times: 2, until: 95_000 });
  });

  it("counts refused connections and timeouts as errors, and given-up calls not at all", () => {
    const { load, ejected } = detector({}, 2);
    load("svc-1", 3, REFUSED);
    load("svc-1", 10, { ...REFUSED, outcome: "canceled" });
    load("svc-1", 2, { ...REFUSED, outcome: "timeout", sent: true });
    expect(ejected()).toEqual(["svc-1"]);
  });

  it("ejects for gateway failures on their own count", () => {
    const { load, ejected } = detector({ consecutive5xx: 0, consecutiveGatewayFailure: 3 }, 2);
    load("svc-1", 2, answered(503));
    load("svc-1", 1, answered(500));
    load("svc-1", 2, answered(502));
    expect(ejected()).toEqual([]);
    load("svc-1", 1, answered(504));
    expect(ejected()).toEqual(["svc-1"]);
    load("svc-2", 20, answered(500));
    expect(ejected()).toEqual(["svc-1"]);
  });

  it("ejects one host in any case, and no more than the share that it may", () => {
    const { load, ejected } = detector({ maxEjectionPercent: "30%" }, 10);
    for (let i = 1; i <= 10; i++) load(`svc-${String(i)}`, 5, answered(500));
    expect(ejected()).toEqual(["svc-1", "svc-2", "svc-3"]);
    const few = detector({}, 2);
    for (const id of few.ids) few.load(id, 5, answered(500));
    expect(few.ejected()).toEqual(["svc-1"]);
  });

  it("ejects for longer each time up to the limit, and for less after quiet intervals", () => {
    const { detection, load } = detector({ maxEjection: "70s" }, 2);
    const lengths: number[] = [];
    let now = 0;
    for (let i = 0; i < 4; i++) {
      load("svc-1", 5, answered(500), now);
      const { until = 0 } = detection.ejectionOf("svc-1");
      lengths.push(until - now);
      now = Math.ceil(until / 10_000) * 10_000;
      detection.advance(now);
    }
    expect(lengths).toEqual([30_000, 60_000, 70_000, 70_000]);
    // Four sweeps after it came back.
    now += 40_000;
    detection.advance(now);
    load("svc-1", 5, answered(500), now);
    const { until = 0 } = detection.ejectionOf("svc-1");
    expect(until - now).toBe(30_000);
  });

  it("computes the threshold of success rates as the comment in the source does", () => {
    expect(successRateThreshold([50, 100, 100, 100, 100], 1.9)).toBeCloseTo(52, 9);
  });

  it("ejects whose success rate stands out among enough hosts with enough calls", () => {
    const { detection, load, ejected, ids } = detector({ consecutive5xx: 0, successRate: {} }, 5);
    for (const id of ids.slice(0, 4)) load(id, 200, answered(200));
    load("svc-5", 50, answered(503));
    load("svc-5", 150, answered(200));
    detection.advance(9_999);
    expect(ejected()).toEqual([]);
    detection.advance(10_000);
    expect(ejected()).toEqual(["svc-5"]);
    const small = detector({ consecutive5xx: 0, successRate: {} }, 4);
    for (const id of small.ids.slice(0, 3)) small.load(id, 200, answered(200));
    small.load("svc-4", 200, answered(503));
    small.detection.advance(10_000);
    expect(small.ejected()).toEqual([]);
  });

  it("ejects who fails too often", () => {
    const { detection, load, ejected, ids } = detector(
      { consecutive5xx: 0, failurePercentage: {}, maxEjectionPercent: "50%" },
      5,
    );
    for (const id of ids) load(id, 10, answered(200));
    load("svc-2", 90, answered(503));
    load("svc-3", 50, answered(503));
    for (const id of ["svc-1", "svc-4", "svc-5"]) load(id, 40, answered(200));
    detection.advance(10_000);
    // 90% and 83% of the calls failed.
    expect(ejected()).toEqual(["svc-2"]);
  });

  it("catches up after any time without calls", () => {
    const { detection, load, ejected } = detector({ interval: "1ms" }, 2);
    load("svc-1", 5, answered(500));
    expect(detection.advance(30 * 24 * 3_600_000)).toBe(true);
    expect(ejected()).toEqual([]);
  });
});

describe("ejected instances", () => {
  it("get no calls until they are taken back", () => {
    const clock = new SetClock();
    const members = membersOf([1, 1, 1]);
    const balancer = balancerWith(leastRequest, members, { outlier: {} }, { clock });
    for (let i = 0; i < 100; i++) {
      const selection = balancer.begin(subjectOf(), FRESH);
      const { member } = selection.pick({ record: false });
      if (member) selection.ended(member, answered(member.id === "svc-2" ? 500 : 200));
    }
    const picked = () => balancer.begin(subjectOf(), FRESH).pick({ record: true });
    const ids = () => new Set(Array.from({ length: 100 }, () => picked().member?.id));
    expect(ids()).toEqual(new Set(["svc-1", "svc-3"]));
    expect(picked().decision?.candidates[1]?.excluded).toBe("ejected");
    clock.set(12_345);
    expect(balancer.picture().rows[1]).toMatchObject({
      ideal: 0,
      note: "Ejected, for at least 18s more.",
    });
    clock.set(30_000);
    expect(ids()).toEqual(new Set(["svc-1", "svc-2", "svc-3"]));
  });
});
