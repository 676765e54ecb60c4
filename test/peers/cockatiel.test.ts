import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  CountBreaker,
  handleAll,
  SamplingBreaker,
  type IBreaker,
} from "cockatiel";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { VirtualClock } from "../../simulator/offline/virtual-clock.ts";
import type { BreakerStatus, TransitionCause } from "../../simulator/protocol/breaker-model.ts";
import type { BreakerSpecOf } from "../../simulator/protocol/spec.ts";
import { createEngine } from "../../simulator/resilience/breakers/index.ts";

type CockatielSpec = BreakerSpecOf<"consecutive" | "sampling" | "count">;

/** What happens `gapMs` after the step before: a call begins, or a hand moves. */
type Step = { gapMs: number } & (
  { do: "call"; ms: number; ok: boolean } | { do: "isolate" | "dispose" }
);

/** What became of everything: of each call, and of the breaker itself. */
interface Story {
  /** By call: when and how it was let in and ended, with the state and the window right after. */
  readonly calls: Record<number, unknown[]>;
  readonly states: string[];
}

/** One of the two breakers that are compared. */
interface Subject {
  /** Calls `run` when the call is let in; resolves when it is over or refused. */
  call(run: () => Promise<boolean>): Promise<"success" | "failure" | "refused">;
  isolate(): void;
  dispose(): void;
  readonly status: BreakerStatus;
  /** Oldest first; a slice of time that is not in use has no calls. */
  readonly window: readonly { from?: number; successes: number; failures: number }[];
}
type Start = (
  spec: CockatielSpec,
  clock: VirtualClock,
  changed: (to: BreakerStatus) => void,
) => Subject;

afterEach(() => {
  vi.restoreAllMocks();
});

const STATUS: Record<CircuitState, BreakerStatus> = {
  [CircuitState.Closed]: "closed",
  [CircuitState.Open]: "open",
  [CircuitState.HalfOpen]: "half-open",
  [CircuitState.Isolated]: "forced-open",
};

function breakerOf(spec: CockatielSpec): IBreaker {
  switch (spec.engine) {
    case "consecutive":
      return new ConsecutiveBreaker(spec.threshold);
    case "sampling":
      return new SamplingBreaker({
        threshold: spec.threshold,
        duration: spec.duration,
        ...(spec.minimumRps !== undefined && { minimumRps: spec.minimumRps }),
      });
    case "count":
      return new CountBreaker({
        threshold: spec.threshold,
        size: spec.size,
        ...(spec.minimumCalls !== undefined && { minimumNumberOfCalls: spec.minimumCalls }),
      });
  }
}

const SamplingState = z.object({
  windows: z.array(
    z.object({ startedAt: z.number(), successes: z.number(), failures: z.number() }),
  ),
  currentWindow: z.number(),
});
const CountState = z.object({
  samples: z.array(z.boolean().nullable()),
  currentSample: z.number(),
});

/** What the real one's strategy says of its window. */
function windowOf(spec: CockatielSpec, state: unknown): Subject["window"] {
  switch (spec.engine) {
    case "consecutive":
      return [{ successes: 0, failures: z.number().parse(state) }];
    case "sampling": {
      const { windows, currentWindow } = SamplingState.parse(state);
      return fromOldest(windows, currentWindow + 1).map(({ startedAt, ...calls }) => ({
        ...(startedAt > 0 && { from: startedAt }),
        ...calls,
      }));
    }
    case "count": {
      const { samples, currentSample } = CountState.parse(state);
      return fromOldest(samples, currentSample)
        .filter((sample) => sample !== null)
        .map((sample) => ({ successes: sample ? 1 : 0, failures: sample ? 0 : 1 }));
    }
  }
}

function fromOldest<T>(ring: readonly T[], oldest: number): T[] {
  return [...ring.slice(oldest), ...ring.slice(0, oldest)];
}

/** The real one; it asks `Date.now`, which is the clock meanwhile. */
const theirs: Start = (spec, clock, changed) => {
  vi.spyOn(Date, "now").mockImplementation(() => clock.now());
  const breaker = breakerOf(spec);
  const { halfOpenAfter, halfOpenCalls: calls, halfOpenThreshold: threshold } = spec;
  const policy = circuitBreaker(handleAll, {
    breaker,
    halfOpenAfter,
    halfOpenSampling: { calls, threshold },
  });
  policy.onStateChange((state) => changed(STATUS[state]));
  let handle: { dispose(): void } | undefined;
  return {
    async call(run) {
      try {
        await policy.execute(async () => {
          if (!(await run())) throw new Error("It failed.");
        });
        return "success";
      } catch (error) {
        return error instanceof BrokenCircuitError ? "refused" : "failure";
      }
    },
    isolate: () => (handle ??= policy.isolate()),
    dispose() {
      handle?.dispose();
      handle = undefined;
    },
    get status() {
      return STATUS[policy.state];
    },
    get window() {
      return windowOf(spec, breaker.state);
    },
  };
};

const causes = new Set<TransitionCause>();

const ours: Start = (spec, clock, changed) => {
  const { engine } = createEngine(spec, {
    clock,
    counted: () => undefined,
    changed({ to, cause }) {
      causes.add(cause);
      changed(to);
    },
  });
  return {
    async call(run) {
      for (;;) {
        const admission = engine.admit();
        if (admission.kind === "refused") return "refused";
        if (admission.kind === "wait") {
          await admission.until;
          continue;
        }
        const end = (await run()) ? "success" : "failure";
        admission.permit.ended(end);
        admission.permit.finished();
        return end;
      }
    },
    isolate: () => engine.force("open"),
    dispose: () => engine.force(undefined),
    get status() {
      return engine.status;
    },
    get window() {
      // So few calls that each has a bar of its own where bars are calls.
      return engine.window().bars.map(({ counted: _, ms: __, ...bar }) => bar);
    },
  };
};

async function play(start: Start, spec: CockatielSpec, steps: readonly Step[]): Promise<Story> {
  const clock = new VirtualClock();
  const story: Story = { calls: {}, states: [] };
  const subject = start(spec, clock, (to) => story.states.push(`${to} at ${clock.elapsed}`));
  const over: Promise<void>[] = [];
  const call = async (id: number, ms: number, ok: boolean): Promise<void> => {
    const told: unknown[] = [];
    story.calls[id] = told;
    const outcome = await subject.call(() => {
      told.push("admitted", clock.elapsed, subject.status, subject.window);
      return new Promise((resolve) => clock.after(ms, () => resolve(ok)));
    });
    told.push(outcome, clock.elapsed, subject.status, subject.window);
  };
  let at = 0;
  for (const [id, step] of steps.entries()) {
    at += step.gapMs;
    clock.after(at, () => {
      if (step.do === "call") over.push(call(id, step.ms, step.ok));
      else subject[step.do]();
    });
  }
  await clock.runUntil(() => false);
  await Promise.all(over);
  return story;
}

const threshold = fc.constantFrom(0.05, 0.1, 0.3, 0.5, 0.55, 0.9);
const halfOpen = {
  halfOpenAfter: fc.constantFrom(1, 20, 50, 200),
  halfOpenCalls: fc.constantFrom(1, 1, 2, 3, 5),
  halfOpenThreshold: fc.constantFrom(0, 0, 0.2, 0.5, 0.9),
};
const specs: Record<CockatielSpec["engine"], fc.Arbitrary<CockatielSpec>> = {
  consecutive: fc.record({
    engine: fc.constant("consecutive" as const),
    threshold: fc.integer({ min: 1, max: 5 }),
    ...halfOpen,
  }),
  sampling: fc.record({
    engine: fc.constant("sampling" as const),
    threshold,
    duration: fc.constantFrom(3, 50, 99, 1000, 7300),
    minimumRps: fc.constantFrom(undefined, 0.5, 5, 40),
    ...halfOpen,
  }),
  count: fc
    .record({
      engine: fc.constant("count" as const),
      threshold,
      size: fc.integer({ min: 1, max: 12 }),
      minimumCalls: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
      ...halfOpen,
    })
    .filter(({ size, minimumCalls = size }) => minimumCalls <= size),
};

const gapMs = fc.oneof(
  { weight: 10, arbitrary: fc.integer({ min: 0, max: 30 }) },
  { weight: 2, arbitrary: fc.constantFrom(50, 200) },
  { weight: 1, arbitrary: fc.integer({ min: 1000, max: 9000 }) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 25,
    arbitrary: fc.record({
      do: fc.constant("call" as const),
      gapMs,
      ms: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 400 })),
      ok: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("isolate" as const, "dispose" as const), gapMs }),
  },
);

describe.each(["consecutive", "sampling", "count"] as const)("%s and cockatiel's own", (engine) => {
  it("admit, refuse, wait, open and close alike on the same timeline", async () => {
    causes.clear();
    await fc.assert(
      fc.asyncProperty(specs[engine], fc.array(step, { maxLength: 80 }), async (spec, steps) => {
        expect(await play(ours, spec, steps)).toEqual(await play(theirs, spec, steps));
      }),
      { numRuns: 1000 },
    );
    expect([...causes].sort()).toEqual([
      "by-hand",
      "late-failure",
      "probe-failed",
      "probe-succeeded",
      "sleep-window-over",
      "threshold",
    ]);
  });
});
