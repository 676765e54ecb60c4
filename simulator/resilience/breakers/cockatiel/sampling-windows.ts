import { CircuitState } from "cockatiel";
import type { Clock } from "../../../kernel/clock.ts";
import type { BreakerWindow } from "../../../protocol/breaker-model.ts";
import { inPercent, percentOf, type Strategy } from "./strategy.ts";

interface Slice {
  /** Epoch ms; 0 when it has not been used since the last reset. */
  startedAt: number;
  failures: number;
  successes: number;
}

/** Shortest and most numerous slices: at least five, none longer than a second. */
const LEAST_SLICES = 5;
const LONGEST_SLICE_MS = 1000;

/**
 * cockatiel 4's SamplingBreaker on a given clock; the original asks `Date.now`. A call moves on by
 * at most one slice, so after a pause older slices still count, as they do there.
 */
export class SamplingWindows implements Strategy {
  readonly #clock: Clock;
  /** Share of failures above which it opens. */
  readonly #threshold: number;
  readonly #sliceMs: number;
  /** Calls that it needs; not rounded. */
  readonly #volume: number;
  /** A ring; the one after the current is the oldest. */
  readonly #slices: Slice[];
  #current = 0;
  #failures = 0;
  #successes = 0;

  constructor(
    settings: { threshold: number; durationMs: number; minimumRpms: number },
    clock: Clock,
  ) {
    const { threshold, durationMs, minimumRpms } = settings;
    this.#clock = clock;
    this.#threshold = threshold;
    const slices = Math.max(LEAST_SLICES, Math.ceil(durationMs / LONGEST_SLICE_MS));
    this.#slices = Array.from({ length: slices }, () => ({
      startedAt: 0,
      failures: 0,
      successes: 0,
    }));
    this.#sliceMs = Math.round(durationMs / slices);
    this.#volume = this.#sliceMs * slices * minimumRpms;
  }

  success(state: CircuitState): void {
    if (state === CircuitState.HalfOpen) this.#reset();
    this.#slice().successes++;
    this.#successes++;
  }

  failure(state: CircuitState): boolean {
    this.#slice().failures++;
    this.#failures++;
    if (state !== CircuitState.Closed) return true;
    const calls = this.#successes + this.#failures;
    return calls >= this.#volume && this.#failures > this.#threshold * calls;
  }

  window(): BreakerWindow {
    const oldest = this.#current + 1;
    const requests = this.#successes + this.#failures;
    return {
      bars: [...this.#slices.slice(oldest), ...this.#slices.slice(0, oldest)].map(
        ({ startedAt, successes, failures }) => ({
          ...(startedAt > 0 && { from: startedAt }),
          ms: this.#sliceMs,
          successes,
          failures,
          counted: true,
        }),
      ),
      requests,
      errors: this.#failures,
      value: percentOf(this.#failures, requests),
      unit: "percent",
      threshold: inPercent(this.#threshold),
      opens: "above",
      volume: Math.ceil(this.#volume),
    };
  }

  /** The current slice, after moving on when it is over. */
  #slice(): Slice {
    const now = this.#clock.now();
    const current = this.#at(this.#current);
    if (now - current.startedAt < this.#sliceMs) return current;
    this.#current = (this.#current + 1) % this.#slices.length;
    const next = this.#at(this.#current);
    this.#failures -= next.failures;
    this.#successes -= next.successes;
    next.startedAt = now;
    next.failures = 0;
    next.successes = 0;
    return next;
  }

  #at(index: number): Slice {
    const slice = this.#slices[index];
    if (!slice) throw new RangeError(`There is no slice ${index} of ${this.#slices.length}.`);
    return slice;
  }

  #reset(): void {
    this.#failures = 0;
    this.#successes = 0;
    for (const slice of this.#slices) {
      slice.startedAt = 0;
      slice.failures = 0;
      slice.successes = 0;
    }
  }
}
