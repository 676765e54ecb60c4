import { RollingCounts } from "./rolling-counts.ts";
import { RollingLatency } from "./rolling-latency.ts";

/** The library's events, and what each is counted as besides an attempt. */
const COUNTED_AS = {
  success: "successes",
  failure: "failures",
  rejected: "rejects",
  "short-circuit": "shortCircuits",
  timeout: "timeouts",
} as const;
/** How a command came out. `canceled` is an attempt and nothing else. */
export type CommandEvent = keyof typeof COUNTED_AS | "canceled";

/** Time as the library's rules look at it. */
export interface Moment {
  /** Whole microseconds since the epoch: fractions of milliseconds would not add up exactly. */
  readonly micros: number;
  /** Second of the wall clock. */
  readonly second: number;
}

/** @param now epoch ms, with fractions */
export function momentOf(now: number): Moment {
  const micros = Math.round(now * 1000);
  return { micros, second: Math.floor(micros / 1e6) };
}

/**
 * The default metric collector of a command (`metric_collector/default_metric_collector.go`). The
 * library counts in a goroutine of its own, a little later; here it is done at once.
 */
export class CommandCounters {
  readonly counts = new RollingCounts([
    "requests",
    "errors",
    ...Object.values(COUNTED_AS),
    "fallbackSuccesses",
    "fallbackFailures",
  ]);
  readonly #requests = this.counts.placesOf(["requests"])[0] ?? 0;
  readonly #errors = this.counts.placesOf(["errors"])[0] ?? 0;
  /** What each event adds to. */
  readonly #places: Readonly<Record<CommandEvent, readonly number[]>> = {
    success: this.counts.placesOf(["requests", COUNTED_AS.success]),
    failure: this.#errorAs(COUNTED_AS.failure),
    rejected: this.#errorAs(COUNTED_AS.rejected),
    "short-circuit": this.#errorAs(COUNTED_AS["short-circuit"]),
    timeout: this.#errorAs(COUNTED_AS.timeout),
    canceled: this.counts.placesOf(["requests"]),
  };
  readonly #total = new RollingLatency();
  readonly #run = new RollingLatency();

  /**
   * Counts how a command came out. Commands that did not run, or ran into the timeout, have run
   * for no time in the library's eyes, and are among its latencies nevertheless.
   */
  report(event: CommandEvent, { second }: Moment, totalMicros: number, runMicros: number): void {
    this.counts.incrementAll(this.#places[event], second);
    this.#total.add(second, totalMicros);
    this.#run.add(second, runMicros);
  }

  requests(second: number): number {
    return this.counts.sumAt(this.#requests, second);
  }

  /** Errors per cent of requests, rounded as the library does; may be above 100. */
  errorPercent({ second }: Moment): number {
    const requests = this.requests(second);
    const errors = this.counts.sumAt(this.#errors, second);
    return Math.floor((requests > 0 ? (errors / requests) * 100 : 0) + 0.5);
  }

  latencyTotal(at: Moment): Readonly<Record<string, number>> {
    return this.#total.figures(at.micros);
  }

  latencyRun(at: Moment): Readonly<Record<string, number>> {
    return this.#run.figures(at.micros);
  }

  clear(): void {
    this.counts.clear();
    this.#total.clear();
    this.#run.clear();
  }

  #errorAs(counter: (typeof COUNTED_AS)[keyof typeof COUNTED_AS]): readonly number[] {
    return this.counts.placesOf(["requests", "errors", counter]);
  }
}
