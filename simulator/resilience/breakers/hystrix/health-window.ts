import type { WindowBar } from "../../../protocol/breaker-model.ts";

/** What the health of a command is made of; other events count in neither requests nor errors. */
export type HealthEvent = "success" | "failure" | "timeout" | "rejection";

interface Bucket {
  readonly index: number;
  successes: number;
  failures: number;
  timeouts: number;
  rejections: number;
}

/** Windows of more buckets are shown without their empty ones. */
const SHOWN_BUCKETS = 600;

export interface HealthWindowOptions {
  readonly bucketMs: number;
  readonly buckets: number;
  /** Called at each end of a bucket where the totals change, and at the first one. */
  ticked(at: number): void;
}

/**
 * `HealthCountsStream`: successes and errors of the last finished buckets. Buckets follow one
 * another from the moment the stream began, with the first command; the running one is not looked
 * at. What happens right at the end of a bucket belongs to the next. Only buckets with something
 * in them are kept.
 */
export class HealthWindow {
  readonly #options: HealthWindowOptions;
  #from: number;
  #hasBegun = false;
  /** Of the running bucket. */
  #index = 0;
  /** Whether the first bucket is yet to begin. */
  #isFresh = false;
  /** Oldest first, from `#oldest` on; the last one may be the running one. */
  #kept: Bucket[] = [];
  #oldest = 0;
  #requests = 0;
  #errors = 0;

  constructor(options: HealthWindowOptions, now: number) {
    this.#options = options;
    this.#from = now;
  }

  /** The first command is made: the first bucket begins now. */
  begin(now: number): void {
    this.#from = now;
    this.#hasBegun = true;
  }

  /** In the finished buckets. */
  get requests(): number {
    return this.#requests;
  }

  get errors(): number {
    return this.#errors;
  }

  /** Truncated to a whole number. */
  get errorPercentage(): number {
    return this.#requests === 0 ? 0 : Math.trunc((this.#errors / this.#requests) * 100);
  }

  /**
   * Empties it; the first bucket begins now, but only once another thread begins it. What is
   * counted before, the success that closed the circuit, is in a bucket that ends at once.
   */
  restart(now: number): void {
    if (!this.#hasBegun) return;
    this.#from = now;
    this.#isFresh = true;
    this.#index = 0;
    this.#kept = [];
    this.#oldest = 0;
    this.#requests = 0;
    this.#errors = 0;
  }

  /** Counts an event of now; `advance` came before. */
  add(event: HealthEvent): void {
    const bucket = this.#running() ?? this.#begin();
    if (event === "success") bucket.successes++;
    else if (event === "failure") bucket.failures++;
    else if (event === "timeout") bucket.timeouts++;
    else bucket.rejections++;
    if (this.#isFresh) this.#total(bucket, 1);
  }

  /** Ends the buckets that are over. */
  advance(now: number): void {
    if (!this.#hasBegun) {
      this.#from = now;
      return;
    }
    const { bucketMs } = this.#options;
    if (this.#isFresh) {
      this.#isFresh = false;
      if (this.#kept.length > 0) this.#options.ticked(this.#from);
    }
    const target = Math.floor((now - this.#from) / bucketMs);
    while (this.#index < target) {
      const next = this.#nextTick();
      if (next === undefined || next > target) {
        this.#index = target;
        return;
      }
      this.#finish(next);
      this.#options.ticked(this.#from + next * bucketMs);
    }
  }

  /** When the totals change next though nothing is counted any more; undefined: never. */
  get nextTickAt(): number | undefined {
    if (!this.#hasBegun) return undefined;
    if (this.#isFresh) return this.#from;
    const next = this.#nextTick();
    return next === undefined ? undefined : this.#from + next * this.#options.bucketMs;
  }

  /** Requests and errors, the running bucket's too. */
  get pending(): { requests: number; errors: number } {
    const running = this.#running();
    const errors = running ? errorsOf(running) : 0;
    return {
      requests: this.#requests + (running ? running.successes + errors : 0),
      errors: this.#errors + errors,
    };
  }

  /** Oldest first, the running one last. */
  bars(): WindowBar[] {
    const { bucketMs, buckets } = this.#options;
    const kept = this.#kept.slice(this.#oldest);
    const bar = (index: number, bucket?: Bucket): WindowBar => ({
      from: this.#from + index * bucketMs,
      ms: bucketMs,
      successes: bucket?.successes ?? 0,
      failures: bucket ? errorsOf(bucket) : 0,
      timeouts: bucket?.timeouts ?? 0,
      rejections: bucket?.rejections ?? 0,
      counted: index < this.#index,
    });
    if (buckets > SHOWN_BUCKETS) return kept.map((bucket) => bar(bucket.index, bucket));
    const byIndex = new Map(kept.map((bucket) => [bucket.index, bucket]));
    const first = this.#index - buckets;
    return Array.from({ length: buckets + 1 }, (_, i) => bar(first + i, byIndex.get(first + i)));
  }

  #running(): Bucket | undefined {
    const last = this.#kept.at(-1);
    return last?.index === this.#index ? last : undefined;
  }

  #begin(): Bucket {
    const index = this.#isFresh ? -1 : this.#index;
    const bucket = { index, successes: 0, failures: 0, timeouts: 0, rejections: 0 };
    this.#kept.push(bucket);
    return bucket;
  }

  /** Index of the bucket whose beginning changes the totals next. */
  #nextTick(): number | undefined {
    if (this.#index === 0 || this.#running()) return this.#index + 1;
    const oldest = this.#kept[this.#oldest];
    return oldest && oldest.index + this.#options.buckets + 1;
  }

  /** Lets the bucket `next` begin. */
  #finish(next: number): void {
    const finished = this.#running();
    this.#index = next;
    if (finished) this.#total(finished, 1);
    for (
      let bucket = this.#kept[this.#oldest];
      bucket && bucket.index < next - this.#options.buckets;
      bucket = this.#kept[this.#oldest]
    ) {
      this.#total(bucket, -1);
      this.#oldest++;
    }
    // What is gone goes in one piece, so that each bucket is moved but once.
    if (this.#oldest * 2 > this.#kept.length) {
      this.#kept = this.#kept.slice(this.#oldest);
      this.#oldest = 0;
    }
  }

  #total(bucket: Bucket, sign: 1 | -1): void {
    const errors = errorsOf(bucket);
    this.#requests += sign * (bucket.successes + errors);
    this.#errors += sign * errors;
  }
}

function errorsOf(bucket: Bucket): number {
  return bucket.failures + bucket.timeouts + bucket.rejections;
}
