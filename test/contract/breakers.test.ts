import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  CountBreaker,
  handleAll,
  SamplingBreaker,
  type IBreaker,
  type IPolicy,
} from "cockatiel";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AttemptResult } from "../../simulator/call/contract.ts";
import { BreakerState } from "../../simulator/protocol/model.ts";
import { WindowBar } from "../../simulator/protocol/requests.ts";
import { BREAKERS, type BreakerSpec } from "../../simulator/protocol/spec.ts";
import { breakerEngines, createBreaker } from "../../simulator/resilience/breakers/index.ts";
import { hasFailed } from "../../simulator/resilience/guard.ts";
import { failure, fakeClock, success } from "../support/guarded-call.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const HALF_OPEN_AFTER = 1000;

/** For each engine: settings that open soon, and cockatiel's own breaker of the same ones. */
const engines: { spec: BreakerSpec; peer: () => IBreaker }[] = [
  {
    spec: { engine: "consecutive", threshold: 3, halfOpenAfter: HALF_OPEN_AFTER },
    peer: () => new ConsecutiveBreaker(3),
  },
  {
    spec: {
      engine: "sampling",
      threshold: 0.4,
      duration: 5000,
      minimumRps: 1,
      halfOpenAfter: HALF_OPEN_AFTER,
    },
    peer: () => new SamplingBreaker({ threshold: 0.4, duration: 5000, minimumRps: 1 }),
  },
  {
    spec: {
      engine: "count",
      threshold: 0.4,
      size: 10,
      minimumCalls: 5,
      halfOpenAfter: HALF_OPEN_AFTER,
    },
    peer: () => new CountBreaker({ threshold: 0.4, size: 10, minimumNumberOfCalls: 5 }),
  },
];

it("there is one engine for every name in the cluster file, and each is tested here", () => {
  expect(breakerEngines.map(({ id }) => id)).toEqual([...BREAKERS]);
  expect(engines.map(({ spec }) => spec.engine)).toEqual([...BREAKERS]);
});

describe.each(engines.map((engine) => [engine.spec.engine, engine] as const))(
  "%s",
  (id, engine) => {
    function start() {
      const states: BreakerState[] = [];
      const { breaker, title } = createBreaker(engine.spec, {
        clock: fakeClock,
        failed: hasFailed,
        changed: (state) => states.push(BreakerState.parse(state)),
      });
      const pass = (result: AttemptResult) =>
        attemptOf(breaker.policy, () => Promise.resolve(result));
      /** Fails until it opens. */
      const open = async () => {
        for (let i = 0; breaker.state.status === "closed"; i++) {
          if (i > 100) throw new Error("It does not open.");
          await pass(failure);
        }
      };
      return { breaker, title, states, pass, open };
    }

    /** An attempt that stays under way until it is told to end. */
    function begin(policy: IPolicy, signal?: AbortSignal) {
      const { promise, resolve, reject } = Promise.withResolvers<AttemptResult>();
      return { end: resolve, fail: reject, outcome: attemptOf(policy, () => promise, signal) };
    }

    it("begins closed, with a rule in one sentence and an empty window", () => {
      const { breaker, title, states } = start();
      expect(BreakerState.parse(breaker.state)).toMatchObject({ engine: id, status: "closed" });
      expect(breaker.rule).toMatch(/^It opens .*\.$/);
      expect(title).toMatch(/^[A-Z]/);
      expect(total(breaker.window())).toEqual([0, 0]);
      expect(states).toEqual([]);
    });

    it("opens by failures, and says of which, why and until when", async () => {
      const { breaker, states, open } = start();
      await open();
      expect(states).toEqual([breaker.state]);
      expect(breaker.state).toEqual({
        engine: id,
        status: "open",
        since: Date.now(),
        probeAt: Date.now() + HALF_OPEN_AFTER,
        reason: `Opened: ${breaker.rule} The last failure at svc-1: svc-1 answered 500.`,
      });
    });

    it("refuses everything while open, without trying", async () => {
      const { breaker, pass, open } = start();
      await open();
      vi.advanceTimersByTime(HALF_OPEN_AFTER - 1);
      const attempted = vi.fn(() => Promise.resolve(success));
      await expect(breaker.policy.execute(attempted)).rejects.toBeInstanceOf(BrokenCircuitError);
      expect(await pass(success)).toBe("refused");
      expect(attempted).not.toHaveBeenCalled();
    });

    it("lets one probe through after the pause; its success closes", async () => {
      const { breaker, states, pass, open } = start();
      await open();
      vi.advanceTimersByTime(HALF_OPEN_AFTER);
      const probe = begin(breaker.policy);
      expect(breaker.state.status).toBe("half-open");
      const waiting = begin(breaker.policy);
      probe.end(success);
      expect(await probe.outcome).toBe("success");
      waiting.end(success);
      expect(await waiting.outcome).toBe("success");
      expect(states.map(({ status }) => status)).toEqual(["open", "half-open", "closed"]);
      expect(breaker.state.reason).toBe("The probe succeeded.");
      // It starts anew: one failure more does not open it.
      await pass(failure);
      expect(breaker.state.status).toBe("closed");
    });

    it("opens again for the whole pause when the probe fails", async () => {
      const { breaker, states, pass, open } = start();
      await open();
      vi.advanceTimersByTime(HALF_OPEN_AFTER);
      const probe = begin(breaker.policy);
      const waiting = begin(breaker.policy);
      vi.advanceTimersByTime(500);
      probe.end(failure);
      expect([await probe.outcome, await waiting.outcome]).toEqual(["failure", "refused"]);
      expect(states.map(({ status }) => status)).toEqual(["open", "half-open", "open"]);
      expect(breaker.state.reason).toMatch(/^The probe failed: /);
      expect(breaker.state.probeAt).toBe(Date.now() + HALF_OPEN_AFTER);
      vi.advanceTimersByTime(HALF_OPEN_AFTER - 1);
      expect(await pass(success)).toBe("refused");
      vi.advanceTimersByTime(1);
      expect(await pass(success)).toBe("success");
    });

    it("does not close on a probe whose caller went away", async () => {
      const { breaker, open } = start();
      await open();
      vi.advanceTimersByTime(HALF_OPEN_AFTER);
      const controller = new AbortController();
      const probe = begin(breaker.policy, controller.signal);
      controller.abort(new Error("gone"));
      probe.fail(new Error("gone"));
      expect(await probe.outcome).toBe("error");
      expect(breaker.state.status).toBe("open");
      expect(breaker.state.reason).toMatch(/: the caller went away before the answer\.$/);
    });

    it("counts nobody who went away while it is closed", async () => {
      const { breaker } = start();
      const before = total(breaker.window());
      for (let i = 0; i < 50; i++) {
        const controller = new AbortController();
        const attempt = begin(breaker.policy, controller.signal);
        controller.abort();
        attempt.fail(new Error("gone"));
        expect(await attempt.outcome).toBe("error");
      }
      expect(breaker.state.status).toBe("closed");
      expect(total(breaker.window())).toEqual(before);
    });

    it("counts what it sees in its window, oldest first", async () => {
      const { breaker, pass } = start();
      await pass(success);
      if (id !== "consecutive") {
        expect(total(breaker.window())).toEqual([1, 0]);
        vi.advanceTimersByTime(1000);
        await pass(failure);
        const bars = breaker.window().filter((bar) => bar.successes + bar.failures > 0);
        expect(bars).toEqual([
          { successes: 1, failures: 0 },
          { successes: 0, failures: 1 },
        ]);
      } else {
        await pass(failure);
        await pass(failure);
        expect(breaker.window()).toEqual([{ successes: 0, failures: 2 }]);
        await pass(success);
        expect(breaker.window()).toEqual([{ successes: 0, failures: 0 }]);
      }
      expect(breaker.window().map((bar) => WindowBar.parse(bar))).toEqual(breaker.window());
    });

    const places: Record<
      string,
      (subject: ReturnType<typeof start>) => Promise<unknown> | undefined
    > = {
      closed: () => undefined,
      "half full": ({ pass }) => pass(failure),
      open: ({ open }) => open(),
      "half-open": async ({ breaker, open }) => {
        await open();
        vi.advanceTimersByTime(HALF_OPEN_AFTER);
        begin(breaker.policy);
      },
      tripped: ({ breaker }) => {
        breaker.trip();
        return undefined;
      },
      held: ({ breaker }) => {
        breaker.holdClosed();
        return undefined;
      },
    };

    describe.each(Object.entries(places))("by hand, when it is %s", (_, reach) => {
      it("trips, and stays open whatever time passes", async () => {
        const subject = start();
        await reach(subject);
        for (let i = 0; i < 2; i++) {
          subject.breaker.trip();
          expect(subject.breaker.state).toMatchObject({
            status: "forced-open",
            reason: "Tripped by hand; it stays open until it is reset.",
          });
          expect(subject.breaker.state.probeAt).toBeUndefined();
          vi.advanceTimersByTime(100 * HALF_OPEN_AFTER);
          expect(await subject.pass(success)).toBe("refused");
        }
        const told = subject.states.length;
        subject.breaker.trip();
        expect(subject.states).toHaveLength(told);
        subject.breaker.reset();
        expect(await subject.pass(success)).toBe("success");
      });

      it("is held closed, whatever fails", async () => {
        const subject = start();
        await reach(subject);
        for (let i = 0; i < 2; i++) {
          subject.breaker.holdClosed();
          for (let n = 0; n < 50; n++) expect(await subject.pass(failure)).toBe("failure");
          expect(subject.breaker.state.status).toBe("held-closed");
        }
      });

      it("is reset to closed with an empty window, and works again", async () => {
        const subject = start();
        await reach(subject);
        for (let i = 0; i < 2; i++) {
          subject.breaker.reset();
          expect(subject.breaker.state).toMatchObject({
            status: "closed",
            reason: "Reset by hand.",
          });
          expect(total(subject.breaker.window())).toEqual([0, 0]);
        }
        expect(await subject.pass(success)).toBe("success");
        await subject.open();
        expect(subject.breaker.state.status).toBe("open");
      });
    });

    it("does not mind how attempts end that began before it was changed by hand", async () => {
      const subject = start();
      for (const change of ["trip", "holdClosed", "reset"] as const) {
        subject.breaker.reset();
        const attempts = Array.from({ length: 50 }, () => begin(subject.breaker.policy));
        subject.breaker[change]();
        const { status } = subject.breaker.state;
        for (const attempt of attempts) attempt.end(failure);
        expect(new Set(await Promise.all(attempts.map(({ outcome }) => outcome)))).toEqual(
          new Set(["failure"]),
        );
        expect(subject.breaker.state.status).toBe(status);
      }
      expect(total(subject.breaker.window())).toEqual([0, 0]);
    });

    it("sends on those who waited for a probe when it is changed by hand", async () => {
      const changed = { trip: "refused", holdClosed: "success", reset: "success" } as const;
      for (const [change, expected] of Object.entries(changed)) {
        const { breaker, open } = start();
        await open();
        vi.advanceTimersByTime(HALF_OPEN_AFTER);
        const probe = begin(breaker.policy);
        const waiting = begin(breaker.policy);
        waiting.end(success);
        breaker[change as keyof typeof changed]();
        const { status } = breaker.state;
        expect(await waiting.outcome).toBe(expected);
        probe.end(failure);
        expect(await probe.outcome).toBe("failure");
        expect(breaker.state.status).toBe(status);
      }
    });

    it("admits and opens exactly as a bare cockatiel breaker does", async () => {
      const step = fc.oneof(
        { weight: 6, arbitrary: fc.constant({ kind: "begin" as const }) },
        {
          weight: 6,
          arbitrary: fc.record({
            kind: fc.constant("end" as const),
            which: fc.nat(9),
            ok: fc.boolean(),
          }),
        },
        {
          weight: 2,
          arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(1500) }),
        },
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
          const { breaker } = start();
          const bare = circuitBreaker(
            handleAll.orWhenResult((result) => hasFailed(result as AttemptResult)),
            { breaker: engine.peer(), halfOpenAfter: HALF_OPEN_AFTER },
          );
          const ours = new Timeline(breaker.policy);
          const theirs = new Timeline(bare);
          for (const each of steps) {
            for (const timeline of [ours, theirs]) {
              if (each.kind === "begin") timeline.begin();
              else if (each.kind === "end") timeline.end(each.which, each.ok ? success : failure);
            }
            if (each.kind === "wait") vi.advanceTimersByTime(each.ms);
            // So that what waited for a probe goes on in both before the next step.
            for (let i = 0; i < 30; i++) await Promise.resolve();
          }
          for (const timeline of [ours, theirs]) await timeline.endAll(success);
          expect(ours.told).toEqual(theirs.told);
        }),
        { numRuns: 200 },
      );
    });
  },
);

function total(window: readonly WindowBar[]): [successes: number, failures: number] {
  return [
    window.reduce((sum, bar) => sum + bar.successes, 0),
    window.reduce((sum, bar) => sum + bar.failures, 0),
  ];
}

/** How an attempt came out: by its result, refused by the breaker, or with an error of its own. */
async function attemptOf(
  policy: IPolicy,
  attempt: () => Promise<AttemptResult>,
  signal?: AbortSignal,
): Promise<string> {
  try {
    return (await policy.execute(attempt, signal)).outcome;
  } catch (error) {
    return error instanceof BrokenCircuitError ? "refused" : "error";
  }
}

/** Attempts through one breaker: which were admitted, when, and how they came out. */
class Timeline {
  readonly told: string[] = [];
  readonly #policy: IPolicy;
  readonly #underWay: { id: number; end: (result: AttemptResult) => void }[] = [];
  readonly #outcomes: Promise<void>[] = [];
  #next = 0;

  constructor(policy: IPolicy) {
    this.#policy = policy;
  }

  begin(): void {
    const id = this.#next++;
    const attempt = () => {
      this.told.push(`${String(id)} admitted`);
      const { promise, resolve } = Promise.withResolvers<AttemptResult>();
      this.#underWay.push({ id, end: resolve });
      return promise;
    };
    const outcome = attemptOf(this.#policy, attempt).then((result) => {
      this.told.push(`${String(id)} ${result}`);
    });
    this.#outcomes.push(outcome);
  }

  end(which: number, result: AttemptResult): void {
    const [attempt] = this.#underWay.splice(which % Math.max(1, this.#underWay.length), 1);
    attempt?.end(result);
  }

  /** Ends attempts until nobody is under way or waits. */
  async endAll(result: AttemptResult): Promise<void> {
    const all = { settled: false };
    void Promise.all(this.#outcomes).then(() => (all.settled = true));
    while (!all.settled) {
      this.end(0, result);
      for (let i = 0; i < 30; i++) await Promise.resolve();
    }
  }
}
