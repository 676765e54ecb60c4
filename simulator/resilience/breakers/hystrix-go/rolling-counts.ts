/** Seconds that are read besides the running one. */
const READ_SECONDS = 10;
const SLOTS = READ_SECONDS + 1;

/**
 * The library's `rolling.Number`s (`rolling/rolling.go`) in one ring of buckets of a second. Each
 * drops what is ten seconds old when it is added to, and otherwise still reads it: its window is
 * of ten seconds or of eleven, and two counters may have different ones.
 *
 * All methods take the second of the wall clock, which never goes back.
 */
export class RollingCounts<Counter extends string> {
  readonly #index: Readonly<Record<string, number>>;
  readonly #width: number;
  readonly #values: Float64Array;
  /** The second that each slot is of. */
  readonly #seconds = new Float64Array(SLOTS).fill(-Infinity);
  /** The second that was added to last, and where its values begin. */
  #newest = -Infinity;
  #from = 0;
  /** When each counter was last added to: what was ten seconds old then is gone. */
  readonly #addedAt: Float64Array;
  /** What each counter reads, while the second lasts in which it was added to or read. */
  readonly #sums: Float64Array;
  readonly #summedAt: Float64Array;

  constructor(counters: readonly Counter[]) {
    this.#index = Object.fromEntries(counters.map((name, i) => [name, i]));
    this.#width = counters.length;
    this.#values = new Float64Array(SLOTS * counters.length);
    this.#addedAt = new Float64Array(counters.length).fill(-Infinity);
    this.#sums = new Float64Array(counters.length);
    this.#summedAt = new Float64Array(counters.length).fill(-Infinity);
  }

  /** The places of counters, for those that are added to often. */
  placesOf(counters: readonly Counter[]): readonly number[] {
    return counters.map((counter) => this.#index[counter] ?? 0);
  }

  /** Adds one. */
  increment(counter: Counter, second: number): void {
    this.#add(this.#index[counter] ?? 0, this.#slotOf(second), second);
  }

  /** Adds one to each of these places. */
  incrementAll(places: readonly number[], second: number): void {
    const from = this.#slotOf(second);
    for (const place of places) this.#add(place, from, second);
  }

  /** Raises the bucket of the counter at a place, whose buckets hold maxima: it has no sum. */
  raiseAt(index: number, second: number, value: number): void {
    const at = this.#slotOf(second) + index;
    this.#addedAt[index] = second;
    if (value > (this.#values[at] ?? 0)) this.#values[at] = value;
  }

  sum(counter: Counter, now: number): number {
    return this.sumAt(this.#index[counter] ?? 0, now);
  }

  /** The sum of the counter at a place. */
  sumAt(index: number, now: number): number {
    if (this.#summedAt[index] !== now) this.#sum(index, now);
    return this.#sums[index] ?? 0;
  }

  max(counter: Counter, now: number): number {
    return Math.max(...this.seconds(now).map((second) => this.in(counter, second, now)));
  }

  /** What a counter still reads of one second. */
  in(counter: Counter, second: number, now: number): number {
    const index = this.#index[counter] ?? 0;
    const slot = second % SLOTS;
    const isRead = this.#seconds[slot] === second && second >= this.#oldest(index, now);
    return isRead ? (this.#values[slot * this.#width + index] ?? 0) : 0;
  }

  /** The seconds that may be read, oldest first. */
  seconds(now: number): number[] {
    return Array.from({ length: SLOTS }, (_, i) => now - READ_SECONDS + i);
  }

  clear(): void {
    this.#newest = -Infinity;
    this.#seconds.fill(-Infinity);
    this.#addedAt.fill(-Infinity);
    this.#summedAt.fill(-Infinity);
  }

  /** The oldest second that a counter reads. */
  #oldest(index: number, now: number): number {
    return Math.max(now - READ_SECONDS, (this.#addedAt[index] ?? 0) - READ_SECONDS + 1);
  }

  #add(index: number, from: number, second: number): void {
    const at = from + index;
    this.#values[at] = (this.#values[at] ?? 0) + 1;
    if (this.#addedAt[index] === second) {
      this.#sums[index] = (this.#sums[index] ?? 0) + 1;
      return;
    }
    // The first of a second drops what is ten seconds old.
    this.#addedAt[index] = second;
    this.#sum(index, second);
  }

  #sum(index: number, now: number): void {
    const oldest = this.#oldest(index, now);
    let sum = 0;
    for (let slot = 0; slot < SLOTS; slot++) {
      if ((this.#seconds[slot] ?? 0) >= oldest)
        sum += this.#values[slot * this.#width + index] ?? 0;
    }
    this.#sums[index] = sum;
    this.#summedAt[index] = now;
  }

  /** Where the values of this second begin; those of the slot's former second are gone. */
  #slotOf(second: number): number {
    if (second === this.#newest) return this.#from;
    const slot = second % SLOTS;
    const from = slot * this.#width;
    if (this.#seconds[slot] !== second) {
      this.#seconds[slot] = second;
      this.#values.fill(0, from, from + this.#width);
    }
    this.#newest = second;
    this.#from = from;
    return from;
  }
}
