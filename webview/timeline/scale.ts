/** A quarter of each is a short number too. */
const STEPS = [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10];

/** How long less must have been enough before a scale shrinks. */
const HOLD_MS = 5000;

/**
 * A scale that grows at once and shrinks only when less was enough for a while: with every new
 * call all bars would change their length, and none could be compared with what it was.
 */
export class SteadyScale {
  #endMs = 0;
  #mostMs = 0;
  #since = Number.NEGATIVE_INFINITY;

  /** What the scale ends at, where `wantedMs` would be enough; `now` in ms of any clock. */
  next(wantedMs: number, now: number): number {
    this.#mostMs = Math.max(this.#mostMs, wantedMs);
    if (this.#mostMs >= this.#endMs || now - this.#since >= HOLD_MS) {
      this.#endMs = this.#mostMs;
      this.#mostMs = 0;
      this.#since = now;
    }
    return this.#endMs;
  }

  /** Other calls are shown: what the last ones wanted no longer counts. */
  reset(): void {
    this.#endMs = 0;
    this.#mostMs = 0;
  }
}

/** The least round number of ms (one of the steps times a power of ten) that is not below `ms`. */
export function roundUpMs(ms: number): number {
  const wanted = Math.max(1, ms);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = STEPS.find((s) => s * power >= wanted * 0.999) ?? 10;
  return step * power;
}

/** How much longer than those that ended one that goes on may make the scale. */
const MOST_RUNNING = 2;

/**
 * What a scale shared by all rows in view ends at: the longest of them, rounded up. One that still
 * goes on may run out at its end: it alone would make all others too short to read.
 */
export function sharedScaleMs(
  endedMs: readonly number[],
  runningMs: readonly number[] = [],
): number {
  const running = Math.max(0, ...runningMs);
  if (endedMs.length === 0) return running > 0 ? roundUpMs(running) : 100;
  const ended = Math.max(...endedMs);
  return roundUpMs(Math.max(ended, Math.min(running, MOST_RUNNING * ended)));
}

/** Ticks of an axis from 0 to `endMs`: four equal parts. */
export function ticksMs(endMs: number): number[] {
  return [0, 0.25, 0.5, 0.75, 1].map((share) => share * endMs);
}
