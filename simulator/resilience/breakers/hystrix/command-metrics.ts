import { build, type Histogram } from "hdr-histogram-js";
import type { BreakerSpecOf } from "../../../protocol/spec.ts";
import { RollingBuckets } from "./rolling-buckets.ts";

/** The stream's names without `rollingCount`; what a gateway cannot come across stays 0. */
const NO_COUNTS = {
  BadRequests: 0,
  CollapsedRequests: 0,
  Emit: 0,
  ExceptionsThrown: 0,
  Failure: 0,
  FallbackEmit: 0,
  FallbackFailure: 0,
  FallbackMissing: 0,
  FallbackRejection: 0,
  FallbackSuccess: 0,
  ResponsesFromCache: 0,
  SemaphoreRejected: 0,
  ShortCircuited: 0,
  Success: 0,
  ThreadPoolRejected: 0,
  Timeout: 0,
};
type Counts = typeof NO_COUNTS;
export type CountedEvent = keyof Counts;
const NAMES = Object.keys(NO_COUNTS) as CountedEvent[];

interface Bucket {
  readonly counts: Counts;
  /** Those of `Success`, `Failure` and `Timeout` that got a thread. */
  threads: number;
  mostConcurrent: number;
}
interface Latencies {
  readonly execute: Histogram;
  readonly total: Histogram;
}

/** `metricsRollingStatisticalWindowBuckets` and the percentiles' settings have their defaults. */
const COUNT_BUCKETS = 10;
const LATENCY_BUCKETS = 6;
const LATENCY_BUCKET_MS = 10_000;

const newHistogram = (): Histogram =>
  build({ bitBucketSize: 32, numberOfSignificantValueDigits: 3 });

/** What `HystrixCommandMetrics` and its streams keep for the dashboard; decides nothing. */
export class CommandMetrics {
  readonly #buckets: RollingBuckets<Bucket>;
  readonly #latencies: RollingBuckets<Latencies>;
  #concurrent = 0;

  constructor(spec: BreakerSpecOf<"hystrix">, now: number) {
    const bucketMs = spec.metricsRollingStatisticalWindowInMilliseconds / COUNT_BUCKETS;
    this.#buckets = new RollingBuckets(
      now,
      Math.max(1, Math.floor(bucketMs)),
      COUNT_BUCKETS,
      () => ({
        counts: { ...NO_COUNTS },
        threads: 0,
        mostConcurrent: 0,
      }),
    );
    this.#latencies = new RollingBuckets(now, LATENCY_BUCKET_MS, LATENCY_BUCKETS, () => ({
      execute: newHistogram(),
      total: newHistogram(),
    }));
  }

  /** Executions under way; a timed out one no longer is, though it may still run. */
  get concurrent(): number {
    return this.#concurrent;
  }

  count(event: CountedEvent, now: number, times = 1): void {
    this.#buckets.running(now).counts[event] += times;
  }

  executionStarted(now: number): void {
    const bucket = this.#buckets.running(now);
    bucket.mostConcurrent = Math.max(bucket.mostConcurrent, ++this.#concurrent);
  }

  /** @param ms from its admission on; the time in the pool's queue is part of it, as there */
  executionEnded(end: "counted" | "canceled", inThread: boolean, ms: number, now: number): void {
    this.#concurrent--;
    const { execute, total } = this.#latencies.running(now);
    execute.recordValue(ms);
    if (end === "canceled") return;
    total.recordValue(ms);
    if (inThread) this.#buckets.running(now).threads++;
  }

  /** What the streams say, all of finished buckets. */
  figures(now: number) {
    const rollingCounts: Record<string, number> = { ...NO_COUNTS };
    const buckets = this.#buckets.finished(now);
    for (const name of NAMES) {
      // A fallback that began in the next bucket takes back what was thought to be missing.
      rollingCounts[name] = Math.max(
        0,
        buckets.reduce((sum, { counts }) => sum + counts[name], 0),
      );
    }
    const { FallbackFailure = 0, FallbackMissing = 0, FallbackRejection = 0 } = rollingCounts;
    rollingCounts.ExceptionsThrown = FallbackFailure + FallbackMissing + FallbackRejection;
    const execute = newHistogram();
    const total = newHistogram();
    for (const latencies of this.#latencies.finished(now)) {
      execute.add(latencies.execute);
      total.add(latencies.total);
    }
    return {
      rollingCounts,
      rollingThreads: buckets.reduce((sum, { threads }) => sum + threads, 0),
      rollingMaxConcurrent: Math.max(0, ...buckets.map(({ mostConcurrent }) => mostConcurrent)),
      latencyExecute: percentiles(execute),
      latencyTotal: percentiles(total),
    };
  }
}

function percentiles(histogram: Histogram): Record<string, number> {
  const at = (rank: number): number => valueAt(histogram, rank);
  return {
    mean: Math.trunc(histogram.totalCount === 0 ? 0 : histogram.mean),
    "0": at(0),
    "25": at(25),
    "50": at(50),
    "75": at(75),
    "90": at(90),
    "95": at(95),
    "99": at(99),
    // `CachedValuesHistogram` casts 99.5 to 99 before it looks.
    "99.5": at(99),
    "100": at(100),
  };
}

/**
 * By the library's HdrHistogram 2.1.9, which rounds the rank to the nearest call; later ones round
 * up.
 */
function valueAt(histogram: Histogram, rank: number): number {
  const { totalCount } = histogram;
  if (totalCount === 0) return 0;
  if (rank === 0) return histogram.getValueAtPercentile(0);
  const nth = Math.max(1, Math.floor((rank / 100) * totalCount + 0.5));
  return histogram.getValueAtPercentile(((nth - 0.5) / totalCount) * 100);
}
