import { build, type Histogram } from "hdr-histogram-js";

const SLICES = 10;
const newHistogram = () =>
  build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    // An hour in microseconds; longer ones are counted as that.
    highestTrackableValue: 3_600_000_000,
    numberOfSignificantValueDigits: 2,
  });

/** Latencies of the last ten seconds, in slices of a second. */
export class RollingLatency {
  readonly #slices: ({ second: number; histogram: Histogram } | undefined)[] = [];

  /** Adds one latency, in ms, that was measured at `now`. */
  record(now: number, ms: number): void {
    const second = Math.floor(now / 1000);
    const slot = second % SLICES;
    let slice = this.#slices[slot];
    if (!slice) this.#slices[slot] = slice = { second, histogram: newHistogram() };
    if (slice.second !== second) {
      slice.histogram.reset();
      slice.second = second;
    }
    slice.histogram.recordValue(Math.min(3_600_000_000, Math.max(1, Math.round(ms * 1000))));
  }

  /** The percentiles in ms, 0 without any latency. */
  percentiles(now: number, ranks: readonly number[]): number[] {
    const oldest = Math.floor(now / 1000) - SLICES;
    const merged = newHistogram();
    for (const slice of this.#slices) {
      if (slice && slice.second > oldest) merged.add(slice.histogram);
    }
    if (merged.totalCount === 0) return ranks.map(() => 0);
    return ranks.map((rank) => Math.round(merged.getValueAtPercentile(rank) / 10) / 100);
  }
}
