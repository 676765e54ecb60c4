/** Seconds that are read besides the running one. */
const READ_SECONDS = 60;
const SLOTS = READ_SECONDS + 1;
/** How long the library answers from what it has sorted before. */
const CACHED_MICROS = 1_000_000;

/** Percentiles that its stream shows, by their keys there. */
const PERCENTILES = [0, 25, 50, 75, 90, 95, 99, 99.5, 100] as const;

interface Count {
  readonly ms: number;
  count: number;
}

interface Slot {
  second: number;
  /** How many took so many whole milliseconds. */
  readonly counts: Map<number, Count>;
  /** That of the newest: the next one often takes as long. */
  newest: Count;
  sumMicros: number;
}

/**
 * The library's `rolling.Timing` (`rolling/rolling_timing.go`): percentiles by nearest rank of the
 * last minute, in whole milliseconds. It keeps every duration; here those of the same millisecond
 * are one count, which gives the same figures in bounded memory.
 */
export class RollingLatency {
  readonly #slots: (Slot | undefined)[] = [];
  /** That of the second in which something was added last. */
  #newest: Slot | undefined;
  #cached: Readonly<Record<string, number>> = figuresOf([]);
  #cachedAtMicros = -Infinity;

  /** Adds what took so long, in whole microseconds, in a second of the wall clock. */
  add(second: number, micros: number): void {
    let slot = this.#newest;
    if (slot?.second !== second) this.#newest = slot = this.#slotOf(second);
    const ms = Math.floor(micros / 1000);
    if (slot.newest.ms !== ms) slot.newest = countOf(slot, ms);
    slot.newest.count++;
    slot.sumMicros += micros;
  }

  /** By the stream's keys: `0`, `25`, …, `100`, and `mean`. Up to a second old, as the library's. */
  figures(nowMicros: number): Readonly<Record<string, number>> {
    if (this.#cachedAtMicros + CACHED_MICROS <= nowMicros) {
      const second = Math.floor(nowMicros / 1e6);
      this.#cached = figuresOf(
        this.#slots.filter(
          (slot): slot is Slot => slot !== undefined && slot.second >= second - READ_SECONDS,
        ),
      );
      this.#cachedAtMicros = nowMicros;
    }
    return this.#cached;
  }

  clear(): void {
    this.#slots.length = 0;
    this.#newest = undefined;
    this.#cached = figuresOf([]);
    this.#cachedAtMicros = -Infinity;
  }

  #slotOf(second: number): Slot {
    // Adding drops what is a minute old; reading alone does not.
    const oldest = (second + 1) % SLOTS;
    if (this.#slots[oldest]?.second === second - READ_SECONDS) this.#slots[oldest] = undefined;
    const slot = { second, counts: new Map(), newest: { ms: -1, count: 0 }, sumMicros: 0 };
    this.#slots[second % SLOTS] = slot;
    return slot;
  }
}

function countOf({ counts }: Slot, ms: number): Count {
  let count = counts.get(ms);
  if (!count) counts.set(ms, (count = { ms, count: 0 }));
  return count;
}

function figuresOf(slots: readonly Slot[]): Record<string, number> {
  const merged = new Map<number, number>();
  let sumMicros = 0;
  let length = 0;
  for (const slot of slots) {
    sumMicros += slot.sumMicros;
    for (const { ms, count } of slot.counts.values()) {
      merged.set(ms, (merged.get(ms) ?? 0) + count);
      length += count;
    }
  }
  const sorted = [...merged].sort(([a], [b]) => a - b);
  const figures: Record<string, number> = { mean: meanMs(sumMicros, length) };
  for (const percentile of PERCENTILES) {
    const rank = percentile === 0 ? 1 : Math.ceil((percentile / 100) * length);
    figures[String(percentile)] = atRank(sorted, rank);
  }
  return figures;
}

function atRank(sorted: readonly (readonly [ms: number, count: number])[], rank: number): number {
  let passed = 0;
  for (const [ms, count] of sorted) {
    passed += count;
    if (passed >= rank) return ms;
  }
  return 0;
}

/** The library makes 32 bits of the mean in nanoseconds before it makes milliseconds of it. */
function meanMs(sumMicros: number, length: number): number {
  if (length === 0) return 0;
  const nanos = (BigInt(sumMicros) * 1000n) / BigInt(length);
  return Number(BigInt.asUintN(32, nanos) / 1_000_000n);
}
