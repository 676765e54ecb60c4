import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../simulator/offline/virtual-clock.ts";
import { Breaker } from "../../simulator/protocol/breaker-spec.ts";
import type { EngineChange } from "../../simulator/resilience/breakers/contract.ts";
import { createEngine } from "../../simulator/resilience/breakers/index.ts";
import { GOLDEN, goldenTimeline } from "../support/hystrix-go-golden.ts";
import { playOurs, statesOf } from "../support/hystrix-go-ours.ts";

describe("the engine hystrix-go", () => {
  it.each(GOLDEN)("$name", async (golden) => {
    const played = await playOurs(goldenTimeline(golden));
    expect(statesOf(played)).toEqual(golden.states);
    if (golden.figures) expect(played.at(-1)?.command).toMatchObject(golden.figures);
  });

  it("says why a call has failed, and why its fallback has", async () => {
    const call = { takes: 0, ok: false } as const;
    const [failed, fellBack, both, refused] = await playOurs(
      goldenTimeline({
        name: "",
        settings: { request_volume_threshold: 3 },
        states: [],
        steps: [
          { ...call, at: 0 },
          { ...call, at: 1, fallback: "succeeds" },
          { ...call, at: 2, fallback: "fails" },
          { ...call, at: 3, fallback: "fails" },
        ],
      }),
    );
    expect(failed).toMatchObject({ error: "run failed" });
    expect(fellBack).toEqual({ admitted: true, state: "closed", cause: "run failed" });
    expect(both?.error).toBe("fallback failed with 'fallback too'. run error was 'run failed'");
    expect(refused?.error).toBe(
      "fallback failed with 'fallback too'. run error was 'hystrix: circuit open'",
    );
  });

  /** An engine that opens by one failure, and what it has told. */
  function start() {
    const clock = new VirtualClock();
    const changes: EngineChange[] = [];
    const counted: boolean[] = [];
    const spec = Breaker.parse({ engine: "hystrix-go", requestVolumeThreshold: 1 });
    const { engine } = createEngine(spec, {
      clock,
      changed: (change) => changes.push(change),
      counted: (error) => counted.push(error),
    });
    const begin = () => {
      const admission = engine.admit();
      if (admission.kind !== "admitted") throw new Error("It was not let in.");
      return admission.permit;
    };
    return { clock, engine, changes, counted, begin };
  }

  it("gives a call the timeout, which cancels nothing", () => {
    expect(start().begin().limit).toEqual({ ms: 1000, cancels: false, error: "hystrix: timeout" });
  });

  it("tells each change with the window before it, and each call that it counts", async () => {
    const { clock, engine, changes, counted, begin } = start();
    const late = begin();
    begin().ended("failure");
    expect(engine.admit()).toMatchObject({ kind: "refused", error: "hystrix: circuit open" });
    await clock.advanceTo(500);
    late.ended("success");
    expect(changes.map(({ from, to, cause }) => [from, to, cause])).toEqual([
      ["closed", "open", "threshold"],
      ["open", "closed", "late-success"],
    ]);
    // A refusal is an error as well; the success is in the window after the change.
    expect(changes.map(({ window }) => [window.requests, window.errors])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(counted).toEqual([true, true, false]);
    const { bars, ...window } = engine.window();
    expect(window).toEqual({
      ...{ requests: 1, errors: 0, value: 0, unit: "percent", threshold: 50, opens: "at" },
      volume: 1,
    });
    expect(bars).toHaveLength(11);
    expect(bars.at(-1)).toMatchObject({ from: clock.now() - 500, successes: 1, failures: 0 });
  });

  it("does not open by being looked at", async () => {
    const { clock, engine, begin } = start();
    begin().ended("failure");
    await clock.advanceTo(100);
    expect([engine.status, engine.window().value, engine.status]).toEqual([
      "closed",
      100,
      "closed",
    ]);
    expect(engine.metrics?.().isOpen).toBe(true);
    expect(engine.status).toBe("open");
  });

  it("is open with the time for a probe behind it after a probe was asked for", async () => {
    const { clock, engine, changes, begin } = start();
    await clock.advanceTo(100);
    engine.probe();
    expect(engine.status).toBe("open");
    expect(engine.probeAt).toBeLessThan(clock.now());
    const probe = begin();
    expect(probe.probe).toBe(true);
    expect(engine.admit().kind).toBe("refused");
    probe.ended("success");
    expect(changes.at(-1)).toMatchObject({ to: "closed", cause: "probe-succeeded" });
  });

  it("keeps latencies of a minute in bounded memory", async () => {
    const { clock, engine, begin } = start();
    for (let i = 0; i < 1000; i++) {
      const permit = begin();
      await clock.advanceTo(clock.elapsed + (i % 100));
      permit.ended("success");
    }
    // Those of the last minute: 49.5ms on average, one of each length as often.
    expect(engine.metrics?.().latencyTotal).toMatchObject({ 0: 0, 50: 49, 99: 98, 100: 99 });
    await clock.advanceTo(clock.elapsed + 62_000);
    expect(engine.metrics?.().latencyTotal).toMatchObject({ 0: 0, 50: 0, 100: 0, mean: 0 });
  });
});
