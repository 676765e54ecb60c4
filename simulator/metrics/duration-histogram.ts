import type { Distribution, Labels } from "./exposition.ts";

/** Upper bounds in seconds: Prometheus' usual ones, and finer below, where local calls are. */
const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How long something took, since it was made. */
export class DurationHistogram {
  readonly #counts = new Array<number>(BOUNDS.length + 1).fill(0);
  #sum = 0;

  record(ms: number): void {
    const seconds = Math.max(0, ms) / 1000;
    const found = BOUNDS.findIndex((bound) => seconds <= bound);
    const bucket = found < 0 ? BOUNDS.length : found;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += seconds;
  }

  distribution(labels: Labels): Distribution {
    return { labels, bounds: BOUNDS, counts: [...this.#counts], sum: this.#sum };
  }
}
