import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import type { ServiceView } from "../../simulator/balancing/service-view.ts";
import { Balancer } from "../../simulator/protocol/spec.ts";
import { callOf, SUCCESS, viewOn } from "../support/service-view.ts";

const endpoint = (id: string, port = 1000) => ({ id, host: "127.0.0.1", port, weight: 1 });

function viewOf(...ids: string[]) {
  const view = viewOn();
  for (const id of ids) {
    view.put(endpoint(id));
    view.setHealth(id, "passing");
  }
  return view;
}

/** The pick of a new call, recorded, and how it is ended. */
function pickOf(view: ServiceView) {
  const call = callOf(view);
  const pick = call.pick({ record: true });
  return { ...pick, end: () => pick.member && call.ended(pick.member, SUCCESS) };
}
const pickId = (view: ServiceView) => pickOf(view).member?.id;

/** Whether a promise has settled by now. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol("pending");
  return (
    (await Promise.race([promise.catch(() => undefined), Promise.resolve(pending)])) !== pending
  );
}

describe("the view of a service", () => {
  it("offers an endpoint only after its health checks passed", () => {
    const view = viewOn();
    view.put(endpoint("svc-1"));
    const { member, decision } = pickOf(view);
    expect(member).toBeUndefined();
    expect(decision?.candidates).toEqual([
      { instance: "svc-1", weight: 1, inFlight: 0, excluded: "unchecked" },
    ]);
    view.setHealth("svc-1", "passing");
    expect(pickId(view)).toBe("svc-1");
    view.setHealth("svc-1", "failing");
    expect(pickOf(view).decision?.candidates[0]?.excluded).toBe("unhealthy");
  });

  it("does not hold against an instance what it did while a debugger held it", () => {
    let held = true;
    const servers = [{ maxFails: 1, failTimeout: "1h" as const }];
    const view = viewOn({ servers }, { isDebugged: () => held });
    for (const id of ["svc-1", "svc-2"]) {
      view.put(endpoint(id));
      view.setHealth(id, "passing");
    }
    const excluded = () => pickOf(view).decision?.candidates[0]?.excluded;
    const timeOut = () => {
      const call = callOf(view);
      const { member } = call.pick({ record: false });
      if (member) call.ended(member, { outcome: "timeout", sent: true, ms: 1, again: true });
      call.over?.();
    };
    for (let i = 0; i < 4; i++) timeOut();
    expect(excluded()).toBeUndefined();
    held = false;
    for (let i = 0; i < 2; i++) timeOut();
    expect(excluded()).toBe("failed");
  });

  it("orders the members by their number, however they came", () => {
    const view = viewOf("svc-10", "svc-2", "svc-1");
    const { decision } = pickOf(view);
    expect(decision?.candidates.map(({ instance }) => instance)).toEqual([
      "svc-1",
      "svc-2",
      "svc-10",
    ]);
  });

  it("counts what is in flight across a change of the algorithm", () => {
    const view = viewOf("svc-1", "svc-2");
    const first = pickOf(view);
    expect(first.member?.id).toBe("svc-1");
    view.configure(Balancer.parse({ algorithm: "least-connections" }));
    const { decision } = pickOf(view);
    expect(decision?.winner).toBe("svc-2");
    expect(decision?.candidates[0]?.inFlight).toBe(1);
    first.end();
    expect(pickId(view)).toBe("svc-1");
  });

  it("asks for a new health check when an endpoint moves", () => {
    const view = viewOf("svc-1");
    view.put(endpoint("svc-1", 1000));
    expect(view.isEligible("svc-1")).toBe(true);
    view.put(endpoint("svc-1", 2000));
    expect(view.isEligible("svc-1")).toBe(false);
  });

  it("says when an endpoint may be picked, and leaves no listener", async () => {
    const view = viewOf();
    const { signal } = new AbortController();
    const waiting = view.whenEligible("svc-1", signal);
    view.put(endpoint("svc-1"));
    expect(await settled(waiting)).toBe(false);
    view.setHealth("svc-1", "passing");
    await waiting;
    await view.whenEligible("svc-1", signal);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("stops waiting for eligibility when the signal is aborted, before or after", async () => {
    const view = viewOf();
    const controller = new AbortController();
    const waiting = view.whenEligible("svc-1", controller.signal);
    controller.abort(new Error("no more"));
    await expect(waiting).rejects.toThrow("no more");
    await expect(view.whenEligible("svc-1", controller.signal)).rejects.toThrow("no more");
  });

  it("says that an endpoint is out of use when it left and its last attempt ended", async () => {
    const view = viewOf("svc-1");
    const { signal } = new AbortController();
    const picks = [1, 2].map(() => pickOf(view));
    const drained = view.drained("svc-1", signal);
    view.remove("svc-1");
    for (const pick of picks) {
      expect(await settled(drained)).toBe(false);
      pick.end();
    }
    await drained;
    await view.drained("svc-1", signal);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("resolves at once for an idle endpoint that leaves and one that never came", async () => {
    const view = viewOf("svc-1");
    const { signal } = new AbortController();
    await view.drained("svc-9", signal);
    const drained = view.drained("svc-1", signal);
    view.remove("svc-1");
    await drained;
  });

  it("does not take the next life of an instance for the one that drains", () => {
    const view = viewOf("svc-1");
    const old = pickOf(view);
    view.remove("svc-1");
    view.put(endpoint("svc-1", 2000));
    view.setHealth("svc-1", "passing");
    const { decision } = pickOf(view);
    expect(decision?.candidates[0]?.inFlight).toBe(0);
    old.end();
    expect(pickOf(view).decision?.candidates[0]?.inFlight).toBe(1);
  });

  it("does not wait for a drain that nobody waits for any more", async () => {
    const view = viewOf("svc-1");
    const controller = new AbortController();
    const drained = view.drained("svc-1", controller.signal);
    controller.abort();
    await drained;
    await view.drained("svc-1", controller.signal);
  });
});
