import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BreakerTransition,
  BreakerWindow,
  KEPT_TRANSITIONS,
  KEPT_WINDOW_CALLS,
} from "../../simulator/protocol/breaker-model.ts";
import { Breaker, BREAKERS, type BreakerEngineId } from "../../simulator/protocol/spec.ts";
import type { PermitEnd } from "../../simulator/resilience/breakers/contract.ts";
import { breakerEngines } from "../../simulator/resilience/breakers/index.ts";
import { executedBlocks } from "../support/executed-blocks.ts";
import { isInside, PlayedCircuit, type CallInside } from "../support/played-circuit.ts";

/** The pause before a probe, of all of them. */
const PAUSE_MS = 1000;

/** For each engine: settings that open soon, as they stand in the cluster file. */
const SETTINGS: Record<BreakerEngineId, Record<string, unknown>> = {
  consecutive: { threshold: 3, halfOpenAfter: "1s" },
  sampling: { threshold: "40%", duration: "5s", minimumRps: 1, halfOpenAfter: "1s" },
  count: { threshold: "40%", size: 10, minimumCalls: 5, halfOpenAfter: "1s" },
  "hystrix-go": {
    requestVolumeThreshold: 5,
    sleepWindow: PAUSE_MS,
    errorPercentThreshold: 40,
    maxConcurrentRequests: 1000,
  },
  hystrix: {
    circuitBreakerRequestVolumeThreshold: 5,
    circuitBreakerErrorThresholdPercentage: 40,
    circuitBreakerSleepWindowInMilliseconds: PAUSE_MS,
    coreSize: 1000,
    maximumSize: 1000,
  },
};

it("there is one engine for every name in the cluster file", () => {
  expect(breakerEngines.map(({ id }) => id)).toEqual([...BREAKERS]);
});

/** What may happen to a breaker, one after the other. */
const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant("begin" as const) }) },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant("end" as const),
      which: fc.nat(9),
      how: fc.constantFrom<PermitEnd[]>("success", "failure", "failure", "timeout", "canceled"),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.oneof(fc.nat(300), fc.constantFrom(1000, 1001, 12_000)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "trip" as const,
        "tripFor" as const,
        "holdClosed" as const,
        "reset" as const,
        "probe" as const,
      ),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const steps = fc.array(step, { maxLength: 150 });

/** Does one step; says what came of it. */
async function take(played: PlayedCircuit, inside: CallInside[], taken: Step): Promise<string> {
  const { circuit } = played;
  switch (taken.do) {
    case "begin": {
      const call = played.ask();
      if (isInside(call)) inside.push(call);
      else return call instanceof Promise ? "waits" : call;
      return call.permit.probe ? "probes" : "begins";
    }
    case "end": {
      const [call] = inside.splice(taken.which % Math.max(1, inside.length), 1);
      call?.end(taken.how);
      return "ended";
    }
    case "wait":
      await played.wait(taken.ms);
      return "waited";
    case "tripFor":
      circuit.trip(700);
      return "done";
    default:
      circuit[taken.do]();
      return "done";
  }
}

/** Every engine, and both ways of Netflix's. */
const variants = breakerEngines.map(
  ({ id }) => [id as string, { engine: id, ...SETTINGS[id] }] as const,
);
const early = { engine: "hystrix", ...SETTINGS.hystrix, release: "1.5.12" } as const;

describe.each([...variants, ["hystrix 1.5.12", early] as const])("%s", (name, settings) => {
  const id = settings.engine;
  const spec = Breaker.parse(settings);
  const start = () => new PlayedCircuit(spec);

  it("begins closed, with a rule in one sentence and an empty window", () => {
    const { circuit, states, now } = start();
    expect(circuit.state).toEqual({
      engine: id,
      status: "closed",
      since: now,
      reason: "It has not opened so far.",
      transitions: 0,
    });
    expect(circuit.title).toMatch(/^[A-Z]/);
    expect(circuit.rule).toMatch(/^It opens [^.]*(\.\d[^.]*)*\.$/);
    const window = BreakerWindow.parse(circuit.window());
    expect([window.requests, window.errors, window.value]).toEqual([0, 0, 0]);
    expect(circuit.transitions).toEqual([]);
    expect(states).toEqual([]);
  });

  it("stays closed as long as calls succeed", async () => {
    const played = start();
    for (let i = 0; i < 100; i++) {
      expect(played.pass("success")).toBe("success");
      await played.wait(100);
    }
    expect(played.status).toBe("closed");
    expect(played.states).toEqual([]);
  });

  it("opens by failures, and records the window and the calls that made it open", async () => {
    const played = start();
    const { circuit, states } = played;
    await played.open();
    const [transition, ...others] = circuit.transitions.map((each) =>
      BreakerTransition.parse(each),
    );
    expect(others).toEqual([]);
    expect(transition).toMatchObject({
      id: 1,
      engine: id,
      from: "closed",
      to: "open",
      cause: "threshold",
      reason: expect.stringMatching(/^Opened: .*\.$/) as string,
    });
    const { window, calls, call, reason, at } = transition ?? expect.fail("There is none.");
    expect(window.errors).toBeGreaterThan(0);
    expect(window.value)[window.opens === "at" ? "toBeGreaterThanOrEqual" : "toBeGreaterThan"](
      window.threshold,
    );
    expect(calls.filter(({ error }) => error).length).toBeGreaterThanOrEqual(window.errors);
    expect(calls).toContainEqual({
      call,
      at: expect.any(Number) as number,
      outcome: "failure",
      instance: "svc-1",
      error: true,
    });
    expect(circuit.state).toMatchObject({ status: "open", since: at, reason, transitions: 1 });
    expect(states.at(-1)).toEqual(circuit.state);
  });

  it("refuses everything until the pause is over", async () => {
    const played = start();
    await played.open();
    const { since, probeAt } = played.circuit.state;
    expect(probeAt).toBeGreaterThanOrEqual(since + PAUSE_MS);
    expect(probeAt).toBeLessThanOrEqual(since + PAUSE_MS + 1);
    while (played.now < since + PAUSE_MS) {
      expect(played.circuit.admit("f".repeat(16))).toEqual({
        kind: "refused",
        outcome: "short-circuit",
        error: expect.stringMatching(/\w/) as string,
      });
      await played.wait(Math.min(90, Math.max(1, since + PAUSE_MS - 1 - played.now)));
    }
  });

  it("lets one probe through after the pause; its success closes, with an empty window", async () => {
    const played = start();
    await played.untilProbe();
    const probe = played.begin();
    expect(probe.permit.probe).toBe(true);
    for (let i = 0; i < 20; i++) expect(isInside(played.ask())).toBe(false);
    await played.wait(10);
    probe.end("success");
    expect(played.status).toBe("closed");
    expect(played.circuit.transitions.at(-1)).toMatchObject({
      to: "closed",
      cause: "probe-succeeded",
      call: probe.id,
    });
    expect(played.circuit.window().requests).toBeLessThanOrEqual(1);
    // It starts anew: one failure more does not open it.
    expect(played.pass("failure")).toBe("failure");
    expect(played.status).toBe("closed");
    expect(played.pass("success")).toBe("success");
  });

  it("stays open for another whole pause when the probe fails", async () => {
    // 1.5.12 marks nothing for a test whose caller went away, and remains half-open.
    const ends = name === "hystrix 1.5.12" ? [] : (["canceled"] as const);
    for (const how of ["failure", "timeout", ...ends] as const) {
      const played = start();
      await played.untilProbe();
      const probe = played.begin();
      probe.end(how);
      expect(played.status).toBe("open");
      const { probeAt } = played.circuit.state;
      expect(probeAt).toBeGreaterThanOrEqual(played.now + PAUSE_MS);
      await played.wait(PAUSE_MS - 1);
      expect(played.pass("success")).toBe("short-circuit");
      await played.wait(2);
      expect(played.pass("success")).toBe("success");
      expect(played.status).toBe("closed");
    }
  });

  it("does not open by callers who go away", async () => {
    const played = start();
    for (let i = 0; i < 50; i++) {
      expect(played.pass("canceled")).toBe("canceled");
      await played.wait(100);
    }
    expect(played.status).toBe("closed");
    expect(played.circuit.window().errors).toBe(0);
  });

  describe("by hand", () => {
    /** From each of its own states. */
    const ways = {
      closed: () => undefined,
      open: (played) => played.open(),
      "half-open": async (played) => {
        await played.untilProbe();
        played.begin();
      },
      tripped: ({ circuit }) => circuit.trip(),
      "tripped for a time": ({ circuit }) => circuit.trip(5000),
      "held closed": ({ circuit }) => circuit.holdClosed(),
    } satisfies Record<string, (played: PlayedCircuit) => Promise<void> | void>;

    describe.each(Object.entries(ways))("when it is %s", (from, reach) => {
      it("is tripped, and refuses until it is reset", async () => {
        const played = start();
        await reach(played);
        for (let i = 0; i < 2; i++) {
          played.circuit.trip();
          expect(played.states.at(-1)).toEqual(played.circuit.state);
          expect(played.circuit.state).toMatchObject({
            status: "forced-open",
            reason: "Tripped by hand; it stays open until it is reset.",
          });
          expect(played.circuit.state).not.toHaveProperty("until");
          await played.wait(3_600_000);
          expect(played.pass("success")).toBe("short-circuit");
        }
      });

      it("is tripped for a time, and is reset afterwards", async () => {
        const played = start();
        await reach(played);
        played.circuit.trip(30_000);
        expect(played.circuit.state).toMatchObject({
          status: "forced-open",
          until: played.now + 30_000,
          reason: "Tripped by hand for 30s; then it is reset.",
        });
        expect(played.states.at(-1)).toEqual(played.circuit.state);
        await played.wait(29_999);
        expect(played.pass("success")).toBe("short-circuit");
        await played.wait(1);
        expect(played.circuit.state).toMatchObject({
          status: "closed",
          reason: "Reset: the 30s for which it was tripped are over.",
        });
        expect(played.circuit.state).not.toHaveProperty("until");
        expect(played.circuit.transitions.at(-1)).toMatchObject({ cause: "duration-over" });
        expect(played.pass("success")).toBe("success");
      });

      it("is held closed, and lets everything pass until it is reset", async () => {
        const played = start();
        await reach(played);
        played.circuit.holdClosed();
        for (let i = 0; i < 50; i++) {
          expect(played.pass("failure")).toBe("failure");
          await played.wait(100);
        }
        expect(played.circuit.state).toMatchObject({
          status: "held-closed",
          reason: "Held closed by hand; everything passes until it is reset.",
        });
      });

      it("is reset to closed with an empty window, and works again", async () => {
        const played = start();
        await reach(played);
        for (let i = 0; i < 2; i++) {
          played.circuit.reset();
          expect(played.states.at(-1)).toEqual(played.circuit.state);
          expect(played.circuit.state).toMatchObject({
            status: "closed",
            reason: "Reset by hand.",
          });
          const { requests, errors } = played.circuit.window();
          expect([requests, errors]).toEqual([0, 0]);
        }
        expect(played.pass("success")).toBe("success");
        await played.open();
        expect(played.status).toBe("open");
      });

      it("lets one probe through now, whose result decides", async () => {
        for (const [how, then] of [
          ["success", "closed"],
          ["failure", "open"],
        ] as const) {
          const played = start();
          await reach(played);
          played.circuit.probe();
          expect(played.states.at(-1)).toEqual(played.circuit.state);
          expect(played.circuit.state).toMatchObject({
            // That library has no such state.
            status: name === "hystrix-go" ? "open" : "half-open",
            reason: "By hand, the next call is the probe, and its result decides.",
          });
          expect(played.circuit.state).not.toHaveProperty("until");
          const probe = played.begin();
          expect(probe.permit.probe).toBe(true);
          expect(played.circuit.state.reason).toMatch(/one probe is under way/i);
          expect(isInside(played.ask())).toBe(false);
          probe.end(how);
          // Netflix's may still have the test that was under way.
          if (from === "half-open" && id === "hystrix" && how === "failure") continue;
          expect(played.status).toBe(then);
          expect(played.circuit.state.reason).toMatch(/^The probe (succeeded|failed) at svc-1/);
        }
      });
    });

    it("keeps what was done by hand whatever calls end that began before", async () => {
      for (const hand of ["trip", "holdClosed"] as const) {
        const played = start();
        const calls = Array.from({ length: 40 }, () => played.begin());
        played.circuit[hand]();
        const { state } = played.circuit;
        for (const [i, call] of calls.entries()) {
          call.end(i % 2 === 0 ? "failure" : "success");
          await played.wait(100);
        }
        expect(played.circuit.state).toEqual(state);
      }
    });

    it("takes back the timer of an earlier trip", async () => {
      const played = start();
      played.circuit.trip(1000);
      played.circuit.holdClosed();
      await played.wait(2000);
      expect(played.status).toBe("held-closed");
      played.circuit.trip(1000);
      played.circuit.trip();
      await played.wait(2000);
      expect(played.status).toBe("forced-open");
    });
  });

  it("records what its window holds, whatever happens", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const played = start();
        const inside: CallInside[] = [];
        for (const each of taken) {
          await take(played, inside, each);
          const { requests, errors, bars } = BreakerWindow.parse(played.circuit.window());
          expect(requests).toBeLessThanOrEqual(played.asked);
          expect(errors).toBeLessThanOrEqual(requests);
          const counted = bars.filter((bar) => bar.counted);
          expect(counted.reduce((sum, { failures }) => sum + failures, 0)).toBe(errors);
          expect(
            counted.reduce((sum, { successes, failures }) => sum + successes + failures, 0),
          ).toBeLessThanOrEqual(requests);
        }
        for (const [i, each] of played.circuit.transitions.entries()) {
          const { window, calls } = BreakerTransition.parse(each);
          const uncounted = window.bars.filter((bar) => !bar.counted);
          const rest = (key: "successes" | "failures") =>
            uncounted.reduce((sum, bar) => sum + bar[key], 0);
          expect(calls.length).toBe(window.requests + rest("successes") + rest("failures"));
          expect(calls.filter(({ error }) => error).length).toBe(window.errors + rest("failures"));
          expect(calls.map(({ at }) => at)).toEqual(calls.map(({ at }) => at).sort());
          expect(each.id).toBe(
            i + 1 + played.circuit.state.transitions - played.circuit.transitions.length,
          );
          expect(each.from).not.toBe(each.to);
          const next = played.circuit.transitions[i + 1];
          if (next) expect(next.from).toBe(each.to);
          else expect(each.to).toBe(played.status);
        }
        if (played.circuit.state.transitions > 0) {
          expect(played.states.at(-1)).toEqual(played.circuit.state);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("does not change by being looked at", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const seen = start();
        const alone = start();
        const insideSeen: CallInside[] = [];
        const insideAlone: CallInside[] = [];
        for (const each of taken) {
          const { circuit } = seen;
          expect([circuit.state, circuit.window()]).toEqual([circuit.state, circuit.window()]);
          expect(await take(seen, insideSeen, each)).toBe(await take(alone, insideAlone, each));
        }
        expect(seen.circuit.state).toEqual(alone.circuit.state);
        expect(seen.circuit.transitions).toEqual(alone.circuit.transitions);
      }),
      { numRuns: 100 },
    );
  });

  it("leaves nothing behind: no timer at rest, and none after it was closed", async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (taken, atOnce) => {
        const played = start();
        const inside: CallInside[] = [];
        for (const each of taken) await take(played, inside, each);
        if (!atOnce) {
          for (const call of inside) call.end("success");
          await played.rest();
          expect(played.pending).toBe(0);
        }
        played.circuit.close();
        expect(played.pending).toBe(0);
        expect(isInside(played.ask())).toBe(false);
        if (atOnce) for (const call of inside) call.end("failure");
        expect(played.pending).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it("sends on at its end who waits for a probe", async () => {
    const played = start();
    await played.untilProbe();
    played.begin();
    const waiting = played.ask();
    played.circuit.close();
    if (waiting instanceof Promise) await waiting;
    expect(isInside(played.ask())).toBe(false);
  });

  it("takes the same steps for a call with 10,000 calls in its window", async () => {
    const large = Breaker.parse({
      ...settings,
      ...(id === "count" && { size: 10_000, minimumCalls: 10_000 }),
    });
    const played = new PlayedCircuit(large);
    // 2,000 calls a second: all of them are within the window of time, too.
    const calls = async (count: number) => {
      for (let i = 0; i < count; i += 2) {
        expect(played.pass("success")).toBe("success");
        expect(played.pass("failure")).toBe("failure");
        played.pass("success");
        played.pass("success");
        if (i % 20 === 0) await played.wait(5);
      }
    };
    await calls(100);
    const blocks = () =>
      executedBlocks(/simulator\/resilience\//, () => {
        for (let i = 0; i < 200; i++) played.pass("success");
      });
    const few = await blocks();
    await calls(10_000);
    const many = await blocks();
    expect(few).toBeGreaterThan(200);
    // What leaves a full window takes steps too; with each of the 10,000 it would be thousands.
    expect(many).toBeLessThanOrEqual(few * 2);
  });

  it("keeps the newest changes and calls only", async () => {
    const played = start();
    for (let i = 0; i < 500; i++) played.pass("success");
    for (let i = 0; i < KEPT_TRANSITIONS; i++) {
      played.circuit.trip();
      played.circuit.reset();
      for (let i = 0; i < 20; i++) {
        played.pass("failure");
        await played.wait(100);
      }
    }
    const { transitions } = played.circuit;
    expect(transitions.length).toBe(KEPT_TRANSITIONS);
    expect(transitions.at(-1)?.id).toBe(played.circuit.state.transitions);
    for (const { calls, window } of transitions) {
      expect(calls.length).toBeLessThanOrEqual(KEPT_WINDOW_CALLS);
      expect(window.bars.length).toBeLessThanOrEqual(100);
    }
  });

  it("has a place for a fallback, and says why both failed", () => {
    const { circuit } = start();
    const place = circuit.fallback();
    expect(place).toBeDefined();
    place?.ended(false);
    expect(circuit.fallbackError("the fallback broke", "it was open")).toContain(
      "the fallback broke",
    );
  });
});
