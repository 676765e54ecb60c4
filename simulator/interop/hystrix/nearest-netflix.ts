import type { ServiceSpec } from "../../protocol/spec.ts";
import { formatDuration } from "../../protocol/units.ts";
import { otherLayers, proportional, type Nearest } from "./nearest.ts";
import { NETFLIX_DEFAULTS, type NetflixSettings } from "./property-names.ts";

const LIBRARY = "Hystrix";
/** A window must be a multiple of its ten buckets, and of those of the health counts. */
const WINDOW_STEP_MS = 1000;
/** The most threads that a pool here has. */
const MOST_THREADS = 10_000;

/** The nearest that Netflix Hystrix has; undefined when the service has no breaker. */
export function nearestNetflix(service: ServiceSpec): Nearest<NetflixSettings> | undefined {
  const { breaker } = service;
  if (!breaker) return undefined;
  const others = otherLayers(service, LIBRARY);
  if (breaker.engine === "hystrix") {
    const { engine: _, ...settings } = breaker;
    const release = `The release is no setting: these are the rules of ${breaker.release}.`;
    const isUsual = breaker.release === NETFLIX_DEFAULTS.release;
    return { settings, notes: isUsual ? others : [release, ...others] };
  }
  if (breaker.engine === "hystrix-go") {
    const limit = limited(breaker.maxConcurrentRequests);
    const notes = [
      "Unlike hystrix-go, Hystrix does not count refused calls as errors, and truncates percentages.",
    ];
    const settings = {
      ...NETFLIX_DEFAULTS,
      executionTimeoutInMilliseconds: whole(breaker.timeout),
      // Its timeout lets what runs go on.
      executionIsolationThreadInterruptOnTimeout: false,
      circuitBreakerRequestVolumeThreshold: breaker.requestVolumeThreshold,
      circuitBreakerSleepWindowInMilliseconds: breaker.sleepWindow,
      circuitBreakerErrorThresholdPercentage: breaker.errorPercentThreshold,
      ...limit.settings,
    };
    return { settings, notes: [...notes, ...limit.notes, ...others] };
  }
  const near = proportional(breaker, service);
  const limit = limited(near.concurrent);
  const wanted = near.windowMs ?? NETFLIX_DEFAULTS.metricsRollingStatisticalWindowInMilliseconds;
  const window = Math.ceil(wanted / WINDOW_STEP_MS) * WINDOW_STEP_MS;
  const longer =
    window === wanted
      ? []
      : [`Its window is ${formatDuration(wanted)}; the nearest is ${formatDuration(window)}.`];
  const settings = {
    ...NETFLIX_DEFAULTS,
    executionTimeoutInMilliseconds: whole(service.timeout),
    circuitBreakerRequestVolumeThreshold: near.volume,
    circuitBreakerSleepWindowInMilliseconds: whole(near.sleepMs),
    circuitBreakerErrorThresholdPercentage: near.percent,
    metricsRollingStatisticalWindowInMilliseconds: window,
    ...limit.settings,
  };
  return { settings, notes: [...near.notes, ...longer, ...limit.notes, ...others] };
}

/** A pool of so many threads, or a semaphore where that would be too many. */
function limited(concurrent: number): Nearest<Partial<NetflixSettings>> {
  if (concurrent < MOST_THREADS) return { settings: { coreSize: concurrent }, notes: [] };
  return {
    settings: {
      executionIsolationStrategy: "SEMAPHORE",
      executionIsolationSemaphoreMaxConcurrentRequests: concurrent,
    },
    notes: [`A semaphore lets ${concurrent} calls run: a pool of so many threads does not start.`],
  };
}

const whole = (ms: number) => Math.max(1, Math.round(ms));
