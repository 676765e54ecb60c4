import fc from "fast-check";

/** A call, or something that is done by hand. Times in microseconds. */
export interface TimelineStep {
  /** Since the beginning. */
  readonly at: number;
  readonly takes?: number;
  readonly ok?: boolean;
  readonly fallback?: "" | "succeeds" | "fails";
  /** When its caller goes away, after so long. */
  readonly cancel?: number;
  /** By hand. `release` takes `force-open` back; `metrics` asks for what the stream says. */
  readonly do?: "force-open" | "release" | "reset" | "metrics";
}

/** Settings by the library's own JSON tags, and what happens, in the order of time. */
export interface Timeline {
  readonly settings: {
    readonly timeout: number;
    readonly max_concurrent_requests: number;
    readonly request_volume_threshold: number;
    readonly sleep_window: number;
    readonly error_percent_threshold: number;
  };
  readonly steps: readonly TimelineStep[];
}

const orDefault = (arbitrary: fc.Arbitrary<number>) =>
  fc.oneof({ weight: 9, arbitrary }, { weight: 1, arbitrary: fc.constant(0) });

const settings = fc.record({
  timeout: orDefault(fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 9000 }))),
  max_concurrent_requests: orDefault(fc.integer({ min: 1, max: 6 })),
  request_volume_threshold: orDefault(fc.integer({ min: 1, max: 12 })),
  sleep_window: orDefault(
    fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 7000 })),
  ),
  error_percent_threshold: orDefault(
    fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constantFrom(1, 50, 100)),
  ),
});

/** Milliseconds between two steps: bursts, a stream of calls, pauses around the windows. */
const gap = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 1200 }) },
  { weight: 3, arbitrary: fc.constantFrom(1000, 2000, 5000, 9000, 9999, 10_000, 10_001, 11_000) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 80_000 }) },
);

/** Milliseconds that a run takes. */
const takes = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 50 }) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 2000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 30_000 }) },
);

const call = fc.record({
  gap,
  takes,
  ok: fc.boolean(),
  fallback: fc.constantFrom<("" | "succeeds" | "fails")[]>("", "succeeds", "fails"),
  cancel: fc.option(fc.integer({ min: 1, max: 1500 }), { freq: 8, nil: undefined }),
});
const byHand = fc.record({
  gap,
  do: fc.constantFrom<("force-open" | "release" | "reset" | "metrics")[]>(
    "metrics",
    "metrics",
    "metrics",
    "force-open",
    "release",
    "release",
    "reset",
  ),
});

/**
 * Timelines in which no two things happen in the same moment, as the library itself would be
 * running a race there: every step has microseconds of its own, and those after which a caller
 * goes away are half a millisecond off.
 */
export const timeline: fc.Arbitrary<Timeline> = fc
  .record({
    settings,
    steps: fc.array(fc.oneof({ weight: 9, arbitrary: call }, { weight: 1, arbitrary: byHand }), {
      minLength: 1,
      maxLength: 120,
    }),
  })
  .map((drawn) => {
    const timeout = drawn.settings.timeout || 1000;
    let ms = 0;
    const steps = drawn.steps.map((each, i): TimelineStep => {
      ms += each.gap;
      const at = ms * 1000 + i;
      if ("do" in each) return { at, do: each.do };
      const { ok, fallback, cancel } = each;
      // A run that ends just when its time is over is such a race, too.
      const runs = each.takes === timeout ? each.takes + 1 : each.takes;
      const known = { at, takes: runs * 1000, ok, fallback };
      return cancel === undefined ? known : { ...known, cancel: cancel * 1000 + 500 };
    });
    return { settings: drawn.settings, steps };
  });
