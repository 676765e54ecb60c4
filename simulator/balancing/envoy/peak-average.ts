/** The load of a host that has calls under way and no latency known; Finagle's, in ms. */
const PENALTY = (2 ** 47 - 1) / 1e6;

/** Finagle's moving average that is sensitive to peaks (`PeakEwma.scala`). Times in ms. */
export class PeakAverage {
  readonly #decayMs: number;
  #average = 0;
  #at: number;

  constructor(decayMs: number, now: number) {
    this.#decayMs = decayMs;
    this.#at = now;
  }

  /** Takes a latency in: a higher one at once, a lower one by and by. */
  observe(latencyMs: number, now: number): void {
    const weight = Math.exp(-Math.max(now - this.#at, 0) / this.#decayMs);
    this.#average =
      latencyMs > this.#average ? latencyMs : this.#average * weight + latencyMs * (1 - weight);
    this.#at = now;
  }

  /** Load of the host with one more call; looking makes it decay, as in Finagle. */
  load(active: number, now: number): number {
    this.observe(0, now);
    return loadOf(this.#average, active);
  }

  /** The average as it would be looked at now. */
  at(now: number): number {
    return this.#average * Math.exp(-Math.max(now - this.#at, 0) / this.#decayMs);
  }

  /** The load as it would be looked at now. */
  loadAt(active: number, now: number): number {
    return loadOf(this.at(now), active);
  }
}

function loadOf(average: number, active: number): number {
  return average === 0 && active !== 0 ? PENALTY + active : average * (active + 1);
}
