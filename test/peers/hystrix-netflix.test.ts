import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { NETFLIX_RELEASES } from "../../simulator/protocol/hystrix-spec.ts";
import { playOurs } from "../support/hystrix-java-ours.ts";
import { startRealHystrix, type RealHystrix } from "../support/hystrix-java.ts";
import {
  lineOf,
  type HystrixTimeline,
  type TimelineEvent,
} from "../support/hystrix-java-timeline.ts";
import { requireProgram } from "../support/programs.ts";

/*
 * Timelines through real Netflix Hystrix from Maven Central, in virtual time, and through our
 * engine: every admission, outcome, state and figure of the metrics is the same.
 */

const javac = requireProgram("javac");
const java = requireProgram("java");

const settings = fc.record({
  circuitBreakerEnabled: often(true, false),
  circuitBreakerRequestVolumeThreshold: fc.constantFrom(0, 1, 2, 3, 5, 20),
  circuitBreakerErrorThresholdPercentage: fc.constantFrom(0, 1, 30, 50, 67, 100),
  circuitBreakerSleepWindowInMilliseconds: fc.constantFrom(0, 1, 200, 1000, 5000),
  circuitBreakerForceOpen: often(false, true),
  circuitBreakerForceClosed: often(false, true),
  executionIsolationStrategy: fc.constantFrom("THREAD" as const, "SEMAPHORE" as const),
  executionTimeoutEnabled: often(true, false),
  executionTimeoutInMilliseconds: fc.constantFrom(50, 200, 1000),
  executionIsolationThreadInterruptOnTimeout: fc.boolean(),
  executionIsolationSemaphoreMaxConcurrentRequests: fc.constantFrom(0, 1, 2, 10),
  fallbackEnabled: often(true, false),
  fallbackIsolationSemaphoreMaxConcurrentRequests: fc.constantFrom(0, 10),
  metricsRollingStatisticalWindowInMilliseconds: fc.constantFrom(1000, 2000, 10_000),
  metricsHealthSnapshotIntervalInMilliseconds: fc.constantFrom(50, 100, 500),
  coreSize: fc.constantFrom(1, 2, 3, 10),
  maximumSize: fc.constantFrom(1, 2, 4),
  allowMaximumSizeToDivergeFromCoreSize: fc.boolean(),
  maxQueueSize: fc.constantFrom(-1, 0, 1, 2, 5),
  queueSizeRejectionThreshold: fc.constantFrom(0, 1, 2, 5),
});

/** Most pauses are short, some let buckets, sleep windows or idle threads pass. */
const gap = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 40 }) },
  { weight: 3, arbitrary: fc.integer({ min: 40, max: 600 }) },
  { weight: 1, arbitrary: fc.constantFrom(50, 100, 200, 201, 500, 1000, 1001, 5000, 5001, 60_000) },
);
const ms = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 60, max: 1500 }));
const start = fc.record({ do: fc.constant("start" as const), ms, ok: fc.boolean() });
/**
 * Its caller goes away. The run, which is not interrupted then, ends well: where it fails nobody
 * hears of it, but 1.5.12 takes note. A gateway cannot: it breaks off what nobody waits for.
 */
const canceled = fc.record({
  do: fc.constant("start" as const),
  ms,
  ok: fc.constant(true),
  cancelMs: fc.integer({ min: 1, max: 300 }),
});
const force = fc.record({
  do: fc.constant("force" as const),
  mode: fc.constantFrom("open" as const, "closed" as const, undefined),
});
const look = fc.constant({ do: "look" as const });
const step = fc.oneof(
  { weight: 16, arbitrary: start },
  { weight: 2, arbitrary: canceled },
  { weight: 1, arbitrary: force },
  { weight: 2, arbitrary: look },
);
const events = fc
  .array(fc.tuple(gap, step), { minLength: 1, maxLength: 60, size: "max" })
  .map((steps) => {
    let t = 0;
    const timed: TimelineEvent[] = steps.map(([pause, what]) => ({ ...what, t: (t += pause) }));
    return timed;
  });
const timeline = (release: (typeof NETFLIX_RELEASES)[number]) =>
  fc
    .record({
      settings: settings.map((some) => ({ ...some, release })),
      fallback: fc.constantFrom("none" as const, "ok" as const, "fails" as const),
      events,
    })
    .map((one): HystrixTimeline => {
      const { circuitBreakerEnabled, allowMaximumSizeToDivergeFromCoreSize } = one.settings;
      return {
        ...one,
        events: one.events.filter(
          (event, i) =>
            // The library does not know the command before.
            (event.do !== "look" ||
              one.events.slice(0, i).some(({ do: what }) => what === "start")) &&
            // By hand ours is forced even where the library has no breaker to force.
            (circuitBreakerEnabled || event.do !== "force") &&
            // Idle threads beyond the core end after a minute, which is not virtual over there.
            (!allowMaximumSizeToDivergeFromCoreSize || event.t < 58_000),
        ),
      };
    });

/**
 * A line without what the library leaves to its threads: whether a queued call that gets the thread
 * of an interrupted one begins before that one is over, which shows in the most concurrent ones.
 */
function decided({ settings: some }: HystrixTimeline, line: string): string {
  if (!some.executionIsolationThreadInterruptOnTimeout || (some.maxQueueSize ?? -1) <= 0)
    return line;
  return line.replace(/concurrent (\d+) \d+ pool (\d+) \d+/, "concurrent $1 pool $2");
}

function often<T>(usual: T, seldom: T) {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, fc.constant(seldom));
}

describe.skipIf(javac === undefined || java === undefined)("our engine and real Hystrix", () => {
  const scope = new Scope();
  let real: RealHystrix;

  beforeAll(async () => {
    real = await startRealHystrix({ javac: javac ?? "", java: java ?? "" }, scope);
  });
  afterAll(() => scope.dispose());

  async function compare(one: HystrixTimeline): Promise<string[]> {
    const theirs = await real.play(lineOf(one));
    const mine = await playOurs(one);
    expect(mine.map((line) => decided(one, line))).toEqual(
      theirs.map((line) => decided(one, line)),
    );
    return theirs;
  }

  it.each(NETFLIX_RELEASES)(
    "%s: say the same at every step of random timelines",
    async (release) => {
      const seen = new Set<string>();
      await fc.assert(
        fc.asyncProperty(timeline(release), async (one) => {
          for (const line of await compare(one)) {
            const [what = "", , , how = "", state = ""] = line.split(" ");
            if (what !== "look") seen.add(`${what} ${how}`).add(state);
          }
        }),
        // fast-check prints the seed and the smallest timeline that differs.
        { numRuns: 300 },
      );
      // All that can happen has happened.
      expect([...seen]).toEqual(
        expect.arrayContaining([
          "start runs",
          "start waits",
          "start rejected",
          "start short-circuit",
          "end success",
          "end failure",
          "end timeout",
          "end canceled",
          "begin ",
          "closed",
          "open",
          "forced-open",
          "held-closed",
          ...(release === "1.5.12" ? ["half-open"] : []),
        ]),
      );
    },
    120_000,
  );
});
