import { describe, expect, it } from "vitest";
import { Breaker, type BreakerSpec } from "../../simulator/protocol/spec.ts";
import { PlayedCircuit } from "../support/played-circuit.ts";

const settings = (file: object): BreakerSpec => Breaker.parse({ halfOpenAfter: "1s", ...file });
const consecutive = settings({ engine: "consecutive", threshold: 3 });

/** Half-open, with the probe under way. */
async function probing(spec = consecutive) {
  const played = new PlayedCircuit(spec);
  await played.untilProbe();
  return { played, probe: played.begin() };
}

/** Waits for the probe; then asks again, and says what came of it. */
async function waiting(played: PlayedCircuit): Promise<string> {
  let call = played.ask();
  while (call instanceof Promise) {
    await call;
    call = played.ask();
  }
  return typeof call === "string" ? call : call.permit.probe ? "probe" : "let in";
}

describe("a half-open breaker of cockatiel's", () => {
  it("makes others wait, and lets them in when the probe succeeded", async () => {
    const { played, probe } = await probing();
    const others = [waiting(played), waiting(played)];
    probe.end("success");
    expect(await Promise.all(others)).toEqual(["let in", "let in"]);
  });

  it("refuses those who waited when the probe failed, with the library's own text", async () => {
    const { played, probe } = await probing();
    const others = [waiting(played), waiting(played)];
    probe.end("failure");
    expect(await Promise.all(others)).toEqual(["short-circuit", "short-circuit"]);
    expect(played.circuit.admit("f".repeat(16))).toEqual({
      kind: "refused",
      outcome: "short-circuit",
      error: "Execution prevented because the circuit breaker is open",
    });
  });

  it("sends on those who waited when a hand decides", async () => {
    const hands = { trip: "short-circuit", holdClosed: "let in", reset: "let in" } as const;
    for (const [hand, then] of Object.entries(hands)) {
      const { played, probe } = await probing();
      const other = waiting(played);
      played.circuit[hand as keyof typeof hands]();
      const { state } = played.circuit;
      expect(await other).toBe(then);
      probe.end("failure");
      expect(played.circuit.state).toEqual(state);
    }
  });

  it("takes the first who waited as the probe when a hand wants another one", async () => {
    const { played, probe } = await probing();
    const others = [waiting(played), waiting(played)];
    played.circuit.probe();
    expect(await others[0]).toBe("probe");
    probe.end("success");
    expect(played.status).toBe("half-open");
    played.circuit.reset();
    expect(await others[1]).toBe("let in");
  });

  it("opens again by a late failure, which is not the probe's", async () => {
    const played = new PlayedCircuit(consecutive);
    const late = played.begin();
    await played.untilProbe();
    const probe = played.begin();
    late.end("failure");
    expect(played.circuit.transitions.at(-1)).toMatchObject({
      from: "half-open",
      to: "open",
      cause: "late-failure",
      call: late.id,
      reason:
        "While a probe was under way, a call that had begun earlier failed at svc-1: svc-1 answered 500.",
    });
    probe.end("success");
    expect(played.status).toBe("open");
  });

  it("does not close on a probe whose caller went away", async () => {
    const { played, probe } = await probing();
    probe.end("canceled");
    expect(played.circuit.state).toMatchObject({
      status: "open",
      reason: "The probe failed at svc-1: it was given up before the answer.",
    });
  });
});

it("does not mind how calls end that began before a reset", () => {
  for (const engine of ["consecutive", "count"] as const) {
    const played = new PlayedCircuit(settings({ engine }));
    const calls = Array.from({ length: 200 }, () => played.begin());
    played.circuit.reset();
    for (const call of calls) call.end("failure");
    expect(played.status).toBe("closed");
    expect(played.circuit.window().requests).toBe(0);
  }
});

it("counts what ends while it is tripped, as cockatiel does while isolated", () => {
  const played = new PlayedCircuit(settings({ engine: "count", size: 10 }));
  const call = played.begin();
  played.circuit.trip();
  call.end("failure");
  expect(played.circuit.window()).toMatchObject({ requests: 1, errors: 1 });
  expect(played.status).toBe("forced-open");
});

describe("the window", () => {
  it("of consecutive failures is one bar that a success empties", () => {
    const played = new PlayedCircuit(consecutive);
    played.pass("failure");
    played.pass("timeout");
    expect(played.circuit.window()).toEqual({
      bars: [{ successes: 0, failures: 2, counted: true }],
      requests: 2,
      errors: 2,
      value: 2,
      unit: "in a row",
      threshold: 3,
      opens: "at",
    });
    played.pass("success");
    expect(played.circuit.window().value).toBe(0);
  });

  it("of the last calls has 20 bars at most, oldest first", () => {
    const played = new PlayedCircuit(settings({ engine: "count", threshold: "55%", size: 100 }));
    for (let i = 0; i < 50; i++) played.pass("failure");
    for (let i = 0; i < 60; i++) played.pass("success");
    const { bars, ...figures } = played.circuit.window();
    expect(bars).toHaveLength(20);
    expect(bars[0]).toEqual({ successes: 0, failures: 5, counted: true });
    expect(bars.at(-1)).toEqual({ successes: 5, failures: 0, counted: true });
    expect(figures).toEqual({
      requests: 100,
      errors: 40,
      value: 40,
      unit: "percent",
      threshold: 55,
      opens: "above",
      volume: 100,
    });
  });

  it("of time has one bar a second, at least five", async () => {
    const spec = settings({ engine: "sampling", duration: "10s", minimumRps: 1 });
    const played = new PlayedCircuit(spec);
    const began = played.now;
    played.pass("success");
    await played.wait(1500);
    played.pass("success");
    const { bars, ...figures } = played.circuit.window();
    expect(bars).toHaveLength(10);
    expect(bars.slice(-3)).toEqual([
      { ms: 1000, successes: 0, failures: 0, counted: true },
      { from: began, ms: 1000, successes: 1, failures: 0, counted: true },
      { from: began + 1500, ms: 1000, successes: 1, failures: 0, counted: true },
    ]);
    expect(figures).toMatchObject({ requests: 2, value: 0, threshold: 50, volume: 10 });
    const short = new PlayedCircuit(settings({ engine: "sampling", duration: "1s" }));
    expect(short.circuit.window().bars).toHaveLength(5);
    expect(short.circuit.window().volume).toBe(10);
  });
});
