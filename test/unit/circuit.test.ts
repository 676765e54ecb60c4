import { describe, expect, it } from "vitest";
import { KEPT_WINDOW_CALLS } from "../../simulator/protocol/breaker-model.ts";
import { Breaker } from "../../simulator/protocol/spec.ts";
import { EngineCircuit } from "../../simulator/resilience/circuit.ts";
import { PlayedCircuit, RESULTS } from "../support/played-circuit.ts";

const start = (file: object) => new PlayedCircuit(Breaker.parse(file));

describe("why a breaker changed", () => {
  it("is told with the figures of its window", async () => {
    const cases = [
      [
        { engine: "consecutive", threshold: 3 },
        "Opened: 3 requests in a row failed, and the threshold is 3.",
      ],
      [
        { engine: "consecutive", threshold: 1 },
        "Opened: a request failed, and the threshold is 1.",
      ],
      [
        { engine: "count", size: 7, threshold: "60%", minimumCalls: 3 },
        "Opened: 3 of the last 3 requests failed (100%), above the threshold of 60%.",
      ],
      [
        { engine: "sampling", duration: "10s", minimumRps: 0.3 },
        "Opened: 3 of 3 requests in the window of 10s failed (100%), above the threshold of 50%.",
      ],
    ] as const;
    for (const [file, reason] of cases) {
      const played = start(file);
      await played.open();
      expect(played.circuit.state.reason).toBe(reason);
    }
  });

  it("names the share as it is when that is no whole number", () => {
    const played = start({ engine: "count", size: 3 });
    played.pass("success");
    played.pass("failure");
    played.pass("failure");
    expect(played.circuit.state.reason).toBe(
      "Opened: 2 of the last 3 requests failed (66.67%), above the threshold of 50%.",
    );
  });

  it("is told of each probe", async () => {
    const played = start({ engine: "consecutive", threshold: 1, halfOpenAfter: "1.5s" });
    await played.untilProbe();
    const failing = played.begin();
    expect(played.circuit.state.reason).toBe(
      "The pause of 1.5s is over: one probe is under way, and its result decides.",
    );
    failing.end("timeout");
    expect(played.circuit.state.reason).toBe("The probe failed at svc-2: It took too long.");
    await played.wait(1500);
    played.begin().end("success");
    expect(played.circuit.state.reason).toBe("The probe succeeded at svc-1.");
    expect(played.circuit.transitions.map(({ cause }) => cause)).toEqual([
      "threshold",
      "sleep-window-over",
      "probe-failed",
      "sleep-window-over",
      "probe-succeeded",
    ]);
  });

  it("is told of settings that force it", () => {
    const open = start({ engine: "hystrix", circuitBreakerForceOpen: true });
    expect(open.circuit.state).toMatchObject({
      status: "forced-open",
      reason: "By its settings it refuses every call.",
      transitions: 0,
    });
    const closed = start({ engine: "hystrix", circuitBreakerForceClosed: true });
    expect(closed.circuit.state.reason).toBe("By its settings it lets every call pass.");
  });
});

describe("the record of a change", () => {
  it("holds the calls of the window, and the one that crossed the threshold", async () => {
    const played = start({ engine: "count", size: 4, minimumCalls: 4, threshold: "40%" });
    for (let i = 0; i < 10; i++) played.pass("success");
    await played.wait(250);
    const slow = played.begin();
    played.pass("failure");
    await played.wait(250);
    slow.end("timeout");
    const [transition] = played.circuit.transitions;
    expect(transition?.call).toBe(slow.id);
    const began = played.now - 500;
    const of = (call: number, at: number) => ({
      call: call.toString(16).padStart(16, "0"),
      at: began + at,
    });
    expect(transition?.calls).toEqual([
      { ...of(9, 0), outcome: "success", instance: "svc-1", error: false },
      { ...of(10, 0), outcome: "success", instance: "svc-1", error: false },
      { ...of(12, 250), outcome: "failure", instance: "svc-1", error: true },
      { ...of(11, 500), outcome: "timeout", instance: "svc-2", error: true },
    ]);
  });

  it("keeps the newest of many calls", () => {
    const played = start({ engine: "count", size: 1000, threshold: "50%" });
    for (let i = 0; i < 499; i++) played.pass("success");
    for (let i = 0; i < 501; i++) played.pass("failure");
    const [transition] = played.circuit.transitions;
    expect(transition?.window).toMatchObject({ requests: 1000, errors: 501 });
    expect(transition?.calls).toHaveLength(KEPT_WINDOW_CALLS);
    expect(transition?.calls.map(({ call }) => parseInt(call, 16))).toEqual(
      Array.from({ length: KEPT_WINDOW_CALLS }, (_, i) => 1000 - KEPT_WINDOW_CALLS + 1 + i),
    );
  });

  it("holds no call of before a reset, and none at all when a hand changed it", () => {
    const played = start({ engine: "consecutive", threshold: 4 });
    played.pass("failure");
    played.pass("failure");
    played.circuit.trip();
    const [tripped] = played.circuit.transitions;
    expect(tripped).toMatchObject({ cause: "by-hand", from: "closed", to: "forced-open" });
    expect(tripped?.calls).toHaveLength(2);
    expect(tripped).not.toHaveProperty("call");
    played.circuit.reset();
    for (let i = 0; i < 4; i++) played.pass("failure");
    expect(played.circuit.transitions.at(-1)?.calls).toHaveLength(4);
  });

  it("counts those that are refused where the library does", async () => {
    const played = start({
      engine: "hystrix",
      coreSize: 1,
      circuitBreakerRequestVolumeThreshold: 3,
    });
    const running = played.begin();
    for (let i = 0; i < 3; i++) expect(played.pass("success")).toBe("rejected");
    await played.wait(1000);
    expect(played.pass("success")).toBe("short-circuit");
    const [transition] = played.circuit.transitions;
    expect(transition?.reason).toBe(
      "Opened: 3 of 3 requests in the last 10s failed (100%), at or above the threshold of 50%.",
    );
    expect(transition?.calls.map(({ outcome, error }) => [outcome, error])).toEqual(
      Array.from({ length: 3 }, () => ["rejected", true]),
    );
    expect(transition?.call).toBe(transition?.calls.at(-1)?.call);
    running.end("success");
  });
});

describe("a trip for a time", () => {
  it("can be made longer while it lasts, which is no change of its state", async () => {
    const played = start({ engine: "consecutive" });
    played.circuit.trip(1000);
    await played.wait(900);
    played.circuit.trip(1000);
    expect(played.circuit.transitions).toHaveLength(1);
    expect(played.states.map(({ until }) => until)).toEqual([played.now + 100, played.now + 1000]);
    await played.wait(999);
    expect(played.status).toBe("forced-open");
    await played.wait(1);
    expect(played.status).toBe("closed");
    expect(played.pending).toBe(0);
  });

  it("is forgotten when the service goes away", async () => {
    const played = start({ engine: "consecutive" });
    played.circuit.trip(1000);
    played.circuit.close();
    const told = played.states.length;
    await played.wait(2000);
    expect(played.states).toHaveLength(told);
  });
});

it("says what a probe of hystrix-go came to, which stays open meanwhile", async () => {
  const played = start({ engine: "hystrix-go", requestVolumeThreshold: 3, sleepWindow: 1000 });
  await played.untilProbe();
  const probe = played.begin();
  expect(played.circuit.state).toMatchObject({
    status: "open",
    probeAt: played.now + 1000,
    reason: "One probe is under way, and its result decides.",
  });
  expect(played.states.at(-1)).toEqual(played.circuit.state);
  probe.end("failure");
  expect(played.circuit.state.reason).toBe("The probe failed at svc-1: svc-1 answered 500.");
  expect(played.states.at(-1)).toEqual(played.circuit.state);
  expect(played.circuit.transitions).toHaveLength(1);
});

describe.each<{ engine: string; release?: string; [setting: string]: unknown }>([
  { engine: "consecutive", threshold: 1 },
  { engine: "count", size: 1 },
  { engine: "sampling", minimumRps: 0.1 },
  { engine: "hystrix-go", requestVolumeThreshold: 1 },
  { engine: "hystrix", circuitBreakerRequestVolumeThreshold: 1 },
  { engine: "hystrix", release: "1.5.12", circuitBreakerRequestVolumeThreshold: 1 },
])("what a debugger holds: $engine", (file) => {
  it("does not count, and a probe there leaves nobody waiting for another", async () => {
    let held = true;
    const played = new PlayedCircuit(Breaker.parse(file), () => held);
    for (let i = 0; i < 30; i++) {
      played.pass(i % 2 ? "failure" : "timeout");
      await played.wait(100);
    }
    expect([played.status, played.circuit.window().errors]).toEqual(["closed", 0]);
    held = false;
    await played.untilProbe();
    const probe = played.begin();
    held = true;
    probe.end("timeout");
    expect(played.status).toBe("open");
    held = false;
    await played.wait(6000);
    expect(played.pass("success")).toBe("success");
    expect(played.status).toBe("closed");
  });
});

it("a hand that comes before the late timer of a bucket finds the breaker as that leaves it", () => {
  let now = 0;
  const clock = { now: () => now, after: () => () => undefined };
  const breaker = { release: "1.5.12", circuitBreakerRequestVolumeThreshold: 1 };
  const spec = Breaker.parse({ engine: "hystrix", ...breaker });
  const circuit = new EngineCircuit(spec, { clock, changed: () => undefined });
  const admission = circuit.admit("0000000000000001");
  if (admission.kind === "admitted") admission.permit.ended("failure", RESULTS.failure);
  now = 600;
  circuit.holdClosed();
  expect(circuit.transitions.map(({ from, to }) => [from, to])).toEqual([
    ["closed", "open"],
    ["open", "held-closed"],
  ]);
  expect(circuit.state.reason).toMatch(/^Held closed by hand/);
});
