import {
  latencyFields,
  type Fields,
  type StreamedCircuit,
  type StreamFormat,
} from "./stream-format.ts";

/**
 * The stream of Netflix Hystrix 1.5.18: `HystrixSampleSseServlet` and `SerialHystrixDashboardData`
 * field by field.
 */
export const netflixFormat: StreamFormat = {
  id: "hystrix",
  headers: {
    "content-type": "text/event-stream;charset=UTF-8",
    "cache-control": "no-cache, no-store, max-age=0, must-revalidate",
    pragma: "no-cache",
  },
  intervalMs: 500,
  prefix: "data: ",
  ping: "ping: \n\n",
  // `hystrix.config.stream.maxConcurrentConnections`
  maxClients: 5,
  round: (circuits, now) => [
    ...circuits.map((circuit) => command(circuit, now)),
    ...circuits.flatMap((circuit) => pool(circuit, now)),
  ],
};

/** What `SerialHystrixDashboardData` writes, in its order. */
const ROLLING_COUNTS = [
  "BadRequests",
  "CollapsedRequests",
  "Emit",
  "ExceptionsThrown",
  "Failure",
  "FallbackEmit",
  "FallbackFailure",
  "FallbackMissing",
  "FallbackRejection",
  "FallbackSuccess",
  "ResponsesFromCache",
  "SemaphoreRejected",
  "ShortCircuited",
  "Success",
  "ThreadPoolRejected",
  "Timeout",
] as const;

function command(circuit: StreamedCircuit, now: number): Fields {
  const { name, metrics, status } = circuit;
  const settings = settingsOf(circuit);
  return [
    ["type", "HystrixCommand"],
    ["name", name],
    ["group", name],
    ["currentTime", Math.trunc(now)],
    ["isCircuitBreakerOpen", metrics.isOpen],
    ["errorPercentage", metrics.errorPercentage],
    ["errorCount", metrics.errorCount],
    ["requestCount", metrics.requestCount],
    ...ROLLING_COUNTS.map(
      (key) => [`rollingCount${key}`, metrics.rollingCounts[key] ?? 0] as const,
    ),
    ["currentConcurrentExecutionCount", metrics.concurrent],
    ["rollingMaxConcurrentExecutionCount", metrics.rollingMaxConcurrent],
    ["latencyExecute_mean", Math.trunc(metrics.latencyExecute.mean ?? 0)],
    ["latencyExecute", latencyFields(metrics.latencyExecute)],
    ["latencyTotal_mean", Math.trunc(metrics.latencyTotal.mean ?? 0)],
    ["latencyTotal", latencyFields(metrics.latencyTotal)],
    ["propertyValue_circuitBreakerRequestVolumeThreshold", settings.volume],
    ["propertyValue_circuitBreakerSleepWindowInMilliseconds", settings.sleepWindow],
    ["propertyValue_circuitBreakerErrorThresholdPercentage", settings.percent],
    ["propertyValue_circuitBreakerForceOpen", settings.forceOpen || status === "forced-open"],
    ["propertyValue_circuitBreakerForceClosed", settings.forceClosed || status === "held-closed"],
    ["propertyValue_circuitBreakerEnabled", settings.enabled],
    ["propertyValue_executionIsolationStrategy", settings.isolation],
    ["propertyValue_executionIsolationThreadTimeoutInMilliseconds", settings.timeout],
    ["propertyValue_executionTimeoutInMilliseconds", settings.timeout],
    ["propertyValue_executionIsolationThreadInterruptOnTimeout", settings.interrupt],
    ["propertyValue_executionIsolationThreadPoolKeyOverride", null],
    ["propertyValue_executionIsolationSemaphoreMaxConcurrentRequests", settings.semaphore],
    ["propertyValue_fallbackIsolationSemaphoreMaxConcurrentRequests", settings.fallbackSemaphore],
    ["propertyValue_metricsRollingStatisticalWindowInMilliseconds", settings.window],
    ["propertyValue_requestCacheEnabled", settings.cache],
    ["propertyValue_requestLogEnabled", settings.cache],
    ["reportingHosts", 1],
    ["threadPool", name],
  ];
}

/** The library leaves out pools that have not run anything yet. */
function pool(circuit: StreamedCircuit, now: number): Fields[] {
  const { name, metrics } = circuit;
  const { active, completed, largest, queued, size } = metrics.pool;
  if (completed === 0) return [];
  const { core, maximum, queueThreshold, window } = settingsOf(circuit);
  const fields: Fields = [
    ["type", "HystrixThreadPool"],
    ["name", name],
    ["currentTime", Math.trunc(now)],
    ["currentActiveCount", active],
    ["currentCompletedTaskCount", completed],
    ["currentCorePoolSize", core],
    ["currentLargestPoolSize", largest],
    ["currentMaximumPoolSize", maximum],
    ["currentPoolSize", size],
    ["currentQueueSize", queued],
    ["currentTaskCount", completed + active + queued],
    ["rollingCountThreadsExecuted", metrics.pool.rollingExecuted],
    ["rollingMaxActiveThreads", metrics.pool.rollingMaxActive],
    ["rollingCountCommandRejections", metrics.pool.rollingRejected],
    ["propertyValue_queueSizeRejectionThreshold", queueThreshold],
    ["propertyValue_metricsRollingStatisticalWindowInMilliseconds", window],
    ["reportingHosts", 1],
  ];
  return [fields];
}

/** The settings of either engine by what Netflix's stream makes of them. */
function settingsOf({ spec }: StreamedCircuit) {
  if (spec.engine === "hystrix-go") {
    return {
      volume: spec.requestVolumeThreshold,
      sleepWindow: spec.sleepWindow,
      percent: spec.errorPercentThreshold,
      forceOpen: false,
      forceClosed: false,
      enabled: true,
      isolation: "THREAD",
      timeout: spec.timeout,
      // Its timeout does not end what runs.
      interrupt: false,
      semaphore: 0,
      fallbackSemaphore: 0,
      window: 10_000,
      cache: false,
      core: spec.maxConcurrentRequests,
      maximum: spec.maxConcurrentRequests,
      queueThreshold: 0,
    };
  }
  const diverges = spec.allowMaximumSizeToDivergeFromCoreSize;
  return {
    volume: spec.circuitBreakerRequestVolumeThreshold,
    sleepWindow: spec.circuitBreakerSleepWindowInMilliseconds,
    percent: spec.circuitBreakerErrorThresholdPercentage,
    forceOpen: spec.circuitBreakerForceOpen,
    forceClosed: spec.circuitBreakerForceClosed,
    enabled: spec.circuitBreakerEnabled,
    isolation: spec.executionIsolationStrategy,
    timeout: spec.executionTimeoutInMilliseconds,
    interrupt: spec.executionIsolationThreadInterruptOnTimeout,
    semaphore: spec.executionIsolationSemaphoreMaxConcurrentRequests,
    fallbackSemaphore: spec.fallbackIsolationSemaphoreMaxConcurrentRequests,
    window: spec.metricsRollingStatisticalWindowInMilliseconds,
    // Defaults of the library; calls are not cached or logged here.
    cache: true,
    core: spec.coreSize,
    maximum: diverges ? Math.max(spec.coreSize, spec.maximumSize) : spec.coreSize,
    queueThreshold: spec.queueSizeRejectionThreshold,
  };
}
