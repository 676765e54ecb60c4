import type { z } from "zod";
import { NetflixHystrix } from "../../protocol/hystrix-spec.ts";

export type NetflixSettings = Omit<z.output<typeof NetflixHystrix>, "engine">;
export type NetflixSetting = keyof NetflixSettings;

/** Setters of `HystrixCommandProperties` and their properties behind `hystrix.command.NAME.`. */
export const COMMAND_PROPERTIES = {
  circuitBreakerEnabled: "circuitBreaker.enabled",
  circuitBreakerRequestVolumeThreshold: "circuitBreaker.requestVolumeThreshold",
  circuitBreakerErrorThresholdPercentage: "circuitBreaker.errorThresholdPercentage",
  circuitBreakerSleepWindowInMilliseconds: "circuitBreaker.sleepWindowInMilliseconds",
  circuitBreakerForceOpen: "circuitBreaker.forceOpen",
  circuitBreakerForceClosed: "circuitBreaker.forceClosed",
  executionIsolationStrategy: "execution.isolation.strategy",
  executionTimeoutEnabled: "execution.timeout.enabled",
  executionTimeoutInMilliseconds: "execution.isolation.thread.timeoutInMilliseconds",
  executionIsolationThreadInterruptOnTimeout: "execution.isolation.thread.interruptOnTimeout",
  executionIsolationSemaphoreMaxConcurrentRequests:
    "execution.isolation.semaphore.maxConcurrentRequests",
  fallbackEnabled: "fallback.enabled",
  fallbackIsolationSemaphoreMaxConcurrentRequests:
    "fallback.isolation.semaphore.maxConcurrentRequests",
  metricsRollingStatisticalWindowInMilliseconds: "metrics.rollingStats.timeInMilliseconds",
  metricsHealthSnapshotIntervalInMilliseconds: "metrics.healthSnapshot.intervalInMilliseconds",
} as const satisfies Partial<Record<NetflixSetting, string>>;

/** Setters of `HystrixThreadPoolProperties`, behind `hystrix.threadpool.NAME.`. */
export const POOL_PROPERTIES = {
  coreSize: "coreSize",
  maximumSize: "maximumSize",
  allowMaximumSizeToDivergeFromCoreSize: "allowMaximumSizeToDivergeFromCoreSize",
  keepAliveTimeMinutes: "keepAliveTimeMinutes",
  maxQueueSize: "maxQueueSize",
  queueSizeRejectionThreshold: "queueSizeRejectionThreshold",
} as const satisfies Partial<Record<NetflixSetting, string>>;

/** What names the thread pool of a command. */
export const POOL_KEY = "threadPoolKeyOverride";

/** Properties that Hystrix has, and that change nothing here. */
export const WITHOUT_EFFECT: readonly string[] = [
  ...["requestCache.enabled", "requestLog.enabled"],
  ...["execution.isolation.thread.interruptOnFutureCancel", "metrics.rollingStats.numBuckets"],
  ...["metrics.rollingPercentile.enabled", "metrics.rollingPercentile.timeInMilliseconds"],
  ...["metrics.rollingPercentile.numBuckets", "metrics.rollingPercentile.bucketSize"],
];

/** What Hystrix has when nothing is said. */
export const NETFLIX_DEFAULTS: NetflixSettings = NetflixHystrix.parse({ engine: "hystrix" });
