import { z } from "zod";
import { Duration, PositiveDuration } from "./units.ts";

/* The settings of both Hystrix libraries, by their own names, defaults and units. */

/** Milliseconds as both libraries take them: a plain number; a duration such as `5s` is also read. */
const Milliseconds = z.union([
  z.number().int().min(0, "Expected milliseconds: 0 or more.").max(2_073_600_000),
  Duration,
]);
const PositiveMilliseconds = z.union([
  z.number().int().min(1, "Expected milliseconds: 1 or more.").max(2_073_600_000),
  PositiveDuration,
]);
/** A whole number that stands for per cent, as in both libraries. */
const Percent = z
  .number()
  .int()
  .min(0, "Expected per cent between 0 and 100.")
  .max(100, "Expected per cent between 0 and 100.");
const Count = z.number().int().min(0, "Expected 0 or more.").max(1_000_000_000);

/**
 * github.com/afex/hystrix-go, `CommandConfig`. A 0 means the default, as in the library
 * (`ConfigureCommand`).
 */
export const GoHystrix = z
  .strictObject({
    engine: z.literal("hystrix-go"),
    timeout: Milliseconds.default(1000).describe(
      "`Timeout` in ms: the caller waits no longer; the run itself goes on.",
    ),
    maxConcurrentRequests: Count.default(10).describe("`MaxConcurrentRequests`: tickets."),
    requestVolumeThreshold: Count.default(20).describe(
      "`RequestVolumeThreshold`: requests in the window needed before it may open.",
    ),
    sleepWindow: Milliseconds.default(5000).describe(
      "`SleepWindow` in ms: pause before a single test, and between two.",
    ),
    errorPercentThreshold: Percent.default(50).describe(
      "`ErrorPercentThreshold`: opens at this rounded percentage of errors.",
    ),
  })
  .transform((spec) => ({
    ...spec,
    timeout: spec.timeout || 1000,
    maxConcurrentRequests: spec.maxConcurrentRequests || 10,
    requestVolumeThreshold: spec.requestVolumeThreshold || 20,
    sleepWindow: spec.sleepWindow || 5000,
    errorPercentThreshold: spec.errorPercentThreshold || 50,
  }))
  .describe("hystrix-go: opens on the error percentage of about the last ten seconds.");

/**
 * Releases of Netflix Hystrix whose breakers have different rules. 1.5.18, the last one, is 1.5.11
 * again: it took back the half-open state that 1.5.12 had.
 */
export const NETFLIX_RELEASES = ["1.5.18", "1.5.12"] as const;

/** Netflix Hystrix 1.5.18, the setters of `HystrixCommandProperties` and of its thread pool's. */
export const NetflixHystrix = z
  .strictObject({
    engine: z.literal("hystrix"),
    release: z
      .enum(NETFLIX_RELEASES)
      .default("1.5.18")
      .describe(
        "Whose rules the breaker follows; 1.5.18 is 1.5.11 again, 1.5.12 has a half-open state.",
      ),
    circuitBreakerEnabled: z.boolean().default(true).describe("Whether it opens at all."),
    circuitBreakerRequestVolumeThreshold: Count.default(20).describe(
      "Requests in the window needed before it may open.",
    ),
    circuitBreakerErrorThresholdPercentage: Percent.default(50).describe(
      "Opens at this percentage of errors, truncated.",
    ),
    circuitBreakerSleepWindowInMilliseconds: Milliseconds.default(5000).describe(
      "Pause before a single test.",
    ),
    circuitBreakerForceOpen: z.boolean().default(false).describe("Refuses everything."),
    circuitBreakerForceClosed: z
      .boolean()
      .default(false)
      .describe("Lets everything pass; `circuitBreakerForceOpen` wins."),
    executionIsolationStrategy: z
      .enum(["THREAD", "SEMAPHORE"])
      .default("THREAD")
      .describe("What limits concurrency: a thread pool, or a semaphore."),
    executionTimeoutEnabled: z.boolean().default(true).describe("Whether there is a timeout."),
    executionTimeoutInMilliseconds: PositiveMilliseconds.default(1000).describe("The timeout."),
    executionIsolationThreadInterruptOnTimeout: z
      .boolean()
      .default(true)
      .describe("Whether a timeout cancels what runs."),
    executionIsolationSemaphoreMaxConcurrentRequests: Count.default(10).describe(
      "Calls at the same time with SEMAPHORE.",
    ),
    fallbackEnabled: z.boolean().default(true).describe("Whether the fallback is asked."),
    fallbackIsolationSemaphoreMaxConcurrentRequests: Count.default(10).describe(
      "Fallbacks at the same time.",
    ),
    metricsRollingStatisticalWindowInMilliseconds:
      PositiveMilliseconds.default(10_000).describe("The window."),
    metricsHealthSnapshotIntervalInMilliseconds: PositiveMilliseconds.default(500).describe(
      "Length of a bucket of the window; the breaker opens only at the end of one.",
    ),
    coreSize: z.number().int().min(1).max(10_000).default(10).describe("Threads of the pool."),
    maximumSize: z
      .number()
      .int()
      .min(1)
      .max(10_000)
      .default(10)
      .describe("Most threads, with `allowMaximumSizeToDivergeFromCoreSize`."),
    allowMaximumSizeToDivergeFromCoreSize: z
      .boolean()
      .default(false)
      .describe("Whether `maximumSize` counts."),
    keepAliveTimeMinutes: z
      .number()
      .int()
      .min(0, "Expected minutes: 0 or more.")
      .max(1_000_000)
      .default(1)
      .describe("After how many idle minutes a thread beyond `coreSize` ends."),
    maxQueueSize: z
      .number()
      .int()
      .min(-1)
      .max(1_000_000)
      .default(-1)
      .describe("Calls that may wait for a thread; −1: none (a SynchronousQueue)."),
    queueSizeRejectionThreshold: Count.default(5).describe(
      "Rejects from so many waiting calls on, when `maxQueueSize` is not −1.",
    ),
  })
  .refine(
    ({
      metricsRollingStatisticalWindowInMilliseconds: window,
      metricsHealthSnapshotIntervalInMilliseconds: bucket,
    }) => bucket <= window,
    {
      path: ["metricsHealthSnapshotIntervalInMilliseconds"],
      message: "Expected at most `metricsRollingStatisticalWindowInMilliseconds`.",
    },
  )
  .describe("Netflix Hystrix 1.5.18: opens on the error percentage of the last ten seconds.");
