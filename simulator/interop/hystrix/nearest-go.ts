import type { BreakerSpecOf, ServiceSpec } from "../../protocol/spec.ts";
import { formatDuration } from "../../protocol/units.ts";
import { NO_LIMIT, otherLayers, proportional, type Nearest } from "./nearest.ts";

export type GoSettings = Omit<BreakerSpecOf<"hystrix-go">, "engine">;

const LIBRARY = "hystrix-go";
/** Its window, which cannot be set. */
const WINDOW_MS = 10_000;
/** The longest that a timer here waits. */
const LONGEST_MS = 2_073_600_000;
/** More requests than ten seconds see. */
const NEVER = 1_000_000_000;

/** The nearest that hystrix-go has; undefined when the service has no breaker. */
export function nearestGo(service: ServiceSpec): Nearest<GoSettings> | undefined {
  const { breaker } = service;
  if (!breaker) return undefined;
  const others = otherLayers(service, LIBRARY);
  if (breaker.engine === "hystrix-go") {
    const { engine: _, ...settings } = breaker;
    return { settings, notes: others };
  }
  if (breaker.engine === "hystrix") {
    const { settings, notes } = fromNetflix(breaker);
    return { settings, notes: [...notes, ...others] };
  }
  const { percent, volume, windowMs, sleepMs, concurrent, notes } = proportional(breaker, service);
  const window =
    windowMs !== undefined && windowMs !== WINDOW_MS
      ? [`Its window is ${formatDuration(windowMs)}; hystrix-go's is always ten seconds.`]
      : [];
  const settings = {
    timeout: whole(service.timeout),
    maxConcurrentRequests: concurrent,
    requestVolumeThreshold: volume,
    sleepWindow: whole(sleepMs),
    errorPercentThreshold: percent,
  };
  return { settings, notes: [...notes, ...window, ...others] };
}

function fromNetflix(breaker: BreakerSpecOf<"hystrix">): Nearest<GoSettings> {
  const notes = [
    "Unlike Netflix Hystrix, hystrix-go counts refused calls as errors and rounds percentages, and its timeout cancels nothing.",
  ];
  const say = (isSo: boolean, note: string) => {
    if (isSo) notes.push(note);
  };
  const isSemaphore = breaker.executionIsolationStrategy === "SEMAPHORE";
  const isWider =
    breaker.allowMaximumSizeToDivergeFromCoreSize && breaker.maximumSize > breaker.coreSize;
  const concurrent = isSemaphore
    ? breaker.executionIsolationSemaphoreMaxConcurrentRequests
    : isWider
      ? breaker.maximumSize
      : breaker.coreSize;
  const hasTimeout = breaker.executionTimeoutEnabled;
  say(!hasTimeout, "There is no timeout; the nearest is one of 24 days.");
  say(
    !breaker.circuitBreakerEnabled,
    "It never opens; the nearest is a volume that is not reached.",
  );
  say(
    breaker.circuitBreakerForceOpen,
    "`circuitBreakerForceOpen` has no equivalent; it is left out.",
  );
  say(
    breaker.circuitBreakerForceClosed,
    "`circuitBreakerForceClosed` has no equivalent; it is left out.",
  );
  say(
    !isSemaphore && breaker.maxQueueSize > 0,
    "`maxQueueSize` has no equivalent; calls beyond the limit are rejected.",
  );
  const window = breaker.metricsRollingStatisticalWindowInMilliseconds;
  say(
    window !== WINDOW_MS,
    `Its window is ${formatDuration(window)}; hystrix-go's is always ten seconds.`,
  );
  say(!breaker.fallbackEnabled, "`fallbackEnabled` has no equivalent; it is left out.");
  const atLeastOne = (value: number, name: string) => {
    say(value < 1, `${name} is 0, which hystrix-go takes for its default; the nearest is 1.`);
    return Math.max(1, value);
  };
  const volume = breaker.circuitBreakerEnabled
    ? atLeastOne(breaker.circuitBreakerRequestVolumeThreshold, "The volume")
    : NEVER;
  const settings = {
    timeout: hasTimeout ? whole(breaker.executionTimeoutInMilliseconds) : LONGEST_MS,
    maxConcurrentRequests: Math.min(
      atLeastOne(concurrent, "The limit of concurrent calls"),
      Math.max(NO_LIMIT, breaker.coreSize),
    ),
    requestVolumeThreshold: volume,
    sleepWindow: atLeastOne(
      whole(breaker.circuitBreakerSleepWindowInMilliseconds),
      "The sleep window",
    ),
    errorPercentThreshold: atLeastOne(
      breaker.circuitBreakerErrorThresholdPercentage,
      "The percentage",
    ),
  };
  return { settings, notes };
}

/** hystrix-go knows whole milliseconds, and takes none for its default. */
function whole(ms: number): number {
  return Math.max(1, Math.round(ms));
}
