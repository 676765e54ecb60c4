import type { Timeline, TimelineStep } from "./hystrix-go-timeline.ts";

/** A timeline whose outcome is known: for every step its state, with `!` when it was let in. */
export interface GoldenTimeline {
  readonly name: string;
  readonly settings?: Partial<Timeline["settings"]>;
  readonly steps: readonly TimelineStep[];
  readonly states: readonly string[];
  /** Figures that the stream tells at the last step, when that asks for them. */
  readonly figures?: Readonly<Record<string, unknown>>;
}

const ms = (n: number) => n * 1000;
const second = (n: number) => n * 1_000_000;
/** So many calls, a millisecond apart; each takes no time unless it is said. */
const calls = (count: number, from: number, how: Partial<TimelineStep>): TimelineStep[] =>
  Array.from({ length: count }, (_, i) => ({ at: from + ms(i), takes: 0, ok: false, ...how }));
const good = (at: number): TimelineStep => ({ at, takes: 0, ok: true });
const bad = (at: number): TimelineStep => ({ at, takes: 0, ok: false });
const metrics = (at: number): TimelineStep => ({ at, do: "metrics" });
const times = (count: number, state: string) => Array.from({ length: count }, () => state);

/** What github.com/afex/hystrix-go does, case by case; the real one is asked too. */
export const GOLDEN: readonly GoldenTimeline[] = [
  {
    name: "refuses the 21st call after 20 failures in a row",
    steps: [...calls(20, 0, {}), good(ms(100))],
    states: [...times(20, "closed!"), "open"],
  },
  {
    name: "lets everything pass below the volume",
    steps: [...calls(19, 0, {}), bad(ms(100)), good(ms(101))],
    states: [...times(20, "closed!"), "open"],
  },
  {
    name: "opens at 10 errors of 20",
    steps: [...calls(10, 0, { ok: true }), ...calls(10, ms(50), {}), good(ms(100))],
    states: [...times(20, "closed!"), "open"],
  },
  {
    name: "does not open at 9 errors of 20",
    steps: [...calls(11, 0, { ok: true }), ...calls(9, ms(50), {}), good(ms(100))],
    states: times(21, "closed!"),
  },
  {
    name: "rounds 99 errors of 200 up to 50 per cent, and opens",
    steps: [...calls(101, 0, { ok: true }), ...calls(99, ms(200), {}), good(ms(400))],
    states: [...times(200, "closed!"), "open"],
  },
  {
    name: "does not round 98 errors of 200 up",
    steps: [...calls(102, 0, { ok: true }), ...calls(98, ms(200), {}), good(ms(400))],
    states: times(201, "closed!"),
  },
  {
    name: "lets one call pass when more than the sleep window is over, and then another",
    settings: { request_volume_threshold: 1 },
    steps: [
      bad(0),
      bad(ms(1)),
      bad(ms(5001)),
      { at: ms(5001) + 1, takes: ms(10), ok: false },
      bad(ms(5002)),
      bad(ms(10_001) + 1),
      bad(ms(10_001) + 2),
      bad(ms(10_001) + 3),
    ],
    states: ["closed!", "open", "open", "open!", "open", "open", "open!", "open"],
  },
  {
    name: "closes by the success of a single test, with an empty window",
    settings: { request_volume_threshold: 2 },
    steps: [bad(0), bad(1), bad(2), good(second(6)), bad(second(6) + 1), metrics(second(6) + 2)],
    states: ["closed!", "closed!", "open", "open!", "closed!", "open"],
    figures: { requestCount: 2, errorCount: 1, errorPercentage: 50, isCircuitBreakerOpen: true },
  },
  {
    name: "closes by the late success of a call that began before it opened",
    settings: { request_volume_threshold: 2 },
    steps: [
      { at: 0, takes: ms(300), ok: true },
      bad(1),
      bad(2),
      bad(3),
      bad(ms(299)),
      good(ms(301)),
    ],
    states: ["closed!", "closed!", "closed!", "open", "open", "closed!"],
  },
  {
    name: "rejects beyond its tickets, and counts that as errors",
    settings: { max_concurrent_requests: 2, request_volume_threshold: 3 },
    steps: [...calls(4, 0, { takes: ms(500), ok: true }), good(ms(600)), good(ms(601))],
    states: ["closed!", "closed!", "closed", "closed", "open", "open"],
  },
  {
    name: "gives the ticket back at the timeout, while the run goes on",
    settings: { timeout: 100, max_concurrent_requests: 1 },
    steps: [
      { at: 0, takes: second(5), ok: true },
      good(ms(50)),
      { at: ms(101), takes: second(5), ok: true },
      metrics(ms(102)),
    ],
    states: ["closed!", "closed", "closed!", "closed"],
    figures: { rollingCountTimeout: 1, rollingCountThreadPoolRejected: 1 },
  },
  {
    name: "counts who goes away as an attempt only",
    settings: { request_volume_threshold: 1 },
    steps: [{ at: 0, takes: ms(500), ok: false, cancel: ms(100) }, metrics(ms(200))],
    states: ["closed!", "closed"],
    figures: { requestCount: 1, errorCount: 0, rollingCountFailure: 0 },
  },
  {
    name: "refuses by force, but for single tests when it is really open, too",
    settings: { request_volume_threshold: 1, sleep_window: 100 },
    steps: [
      { at: 0, do: "force-open" },
      good(ms(1)),
      good(second(5)),
      { at: second(6), do: "release" },
      // What was refused were errors: now it really opens.
      good(second(7)),
      { at: second(8), do: "force-open" },
      bad(second(9)),
      { at: second(10), do: "reset" },
      good(second(11)),
    ],
    states: [
      ...["forced-open", "forced-open", "forced-open", "closed", "open"],
      ...["forced-open", "forced-open!", "closed", "closed!"],
    ],
  },
  {
    name: "reads the second ten seconds ago as long as nothing was added in this one",
    steps: [...calls(2, 0, {}), metrics(second(10) + 1), metrics(second(11))],
    states: ["closed!", "closed!", "closed", "closed"],
    figures: { requestCount: 0, errorCount: 0 },
  },
  {
    name: "drops old requests and still reads old errors: more than 100 per cent",
    steps: [...calls(2, 0, {}), good(second(10)), metrics(second(10) + 1)],
    states: ["closed!", "closed!", "closed!", "closed"],
    figures: { requestCount: 1, errorCount: 2, errorPercentage: 200 },
  },
  {
    name: "is opened by being asked for its metrics",
    settings: { request_volume_threshold: 1 },
    steps: [bad(0), metrics(ms(1))],
    states: ["closed!", "open"],
    figures: { isCircuitBreakerOpen: true },
  },
  {
    name: "makes 32 bits of the mean latency in nanoseconds",
    settings: { timeout: 30_000 },
    steps: [{ at: 0, takes: second(5), ok: true }, metrics(second(6))],
    states: ["closed!", "closed"],
    figures: { latencyTotal_mean: 705, rollingCountSuccess: 1 },
  },
  {
    name: "loses a millisecond of some sleep windows on the way through seconds",
    settings: { sleep_window: 1001 },
    steps: [metrics(0)],
    states: ["closed"],
    figures: { propertyValue_circuitBreakerSleepWindowInMilliseconds: 1000 },
  },
];

export function goldenTimeline({ settings, steps }: GoldenTimeline): Timeline {
  const defaults = {
    timeout: 0,
    max_concurrent_requests: 0,
    request_volume_threshold: 0,
    sleep_window: 0,
    error_percent_threshold: 0,
  };
  return { settings: { ...defaults, ...settings }, steps };
}
