import {
  latencyFields,
  type Fields,
  type StreamedCircuit,
  type StreamFormat,
} from "./stream-format.ts";

/**
 * The stream of github.com/afex/hystrix-go as its `eventstream.go` writes it. What the library
 * never fills in stays 0, false or empty here, too.
 */
export const hystrixGoFormat: StreamFormat = {
  id: "hystrix-go",
  headers: {
    "content-type": "text/event-stream",
    "cache-control": "no-cache",
    connection: "keep-alive",
  },
  intervalMs: 1000,
  prefix: "data:",
  ping: "",
  // The library has no limit; this bounds the memory.
  maxClients: 100,
  round: (circuits, now) => circuits.flatMap((circuit) => [command(circuit, now), pool(circuit)]),
};

const WINDOW_MS = 10_000;

function command({ name, spec, status, metrics }: StreamedCircuit, now: number): Fields {
  const count = (key: string) => metrics.rollingCounts[key] ?? 0;
  const settings =
    spec.engine === "hystrix-go"
      ? {
          volume: spec.requestVolumeThreshold,
          sleepWindow: spec.sleepWindow,
          percent: spec.errorPercentThreshold,
        }
      : {
          volume: spec.circuitBreakerRequestVolumeThreshold,
          sleepWindow: spec.circuitBreakerSleepWindowInMilliseconds,
          percent: spec.circuitBreakerErrorThresholdPercentage,
        };
  return [
    ["type", "HystrixCommand"],
    ["name", name],
    ["group", name],
    ["currentTime", Math.trunc(now)],
    ["reportingHosts", 1],
    ["requestCount", metrics.requestCount],
    ["errorCount", metrics.errorCount],
    ["errorPercentage", metrics.errorPercentage],
    ["isCircuitBreakerOpen", metrics.isOpen],
    ["rollingCountCollapsedRequests", 0],
    ["rollingCountExceptionsThrown", 0],
    ["rollingCountFailure", count("Failure")],
    ["rollingCountFallbackFailure", count("FallbackFailure")],
    ["rollingCountFallbackRejection", 0],
    ["rollingCountFallbackSuccess", count("FallbackSuccess")],
    ["rollingCountResponsesFromCache", 0],
    ["rollingCountSemaphoreRejected", 0],
    ["rollingCountShortCircuited", count("ShortCircuited")],
    ["rollingCountSuccess", count("Success")],
    ["rollingCountThreadPoolRejected", count("ThreadPoolRejected") + count("SemaphoreRejected")],
    ["rollingCountTimeout", count("Timeout")],
    ["currentConcurrentExecutionCount", 0],
    ["latencyExecute_mean", Math.trunc(metrics.latencyExecute.mean ?? 0)],
    ["latencyExecute", latencyFields(metrics.latencyExecute)],
    ["latencyTotal_mean", Math.trunc(metrics.latencyTotal.mean ?? 0)],
    ["latencyTotal", latencyFields(metrics.latencyTotal)],
    ["propertyValue_circuitBreakerRequestVolumeThreshold", settings.volume],
    ["propertyValue_circuitBreakerSleepWindowInMilliseconds", published(settings.sleepWindow)],
    ["propertyValue_circuitBreakerErrorThresholdPercentage", settings.percent],
    ["propertyValue_circuitBreakerForceOpen", status === "forced-open"],
    ["propertyValue_circuitBreakerForceClosed", false],
    ["propertyValue_circuitBreakerEnabled", true],
    ["propertyValue_executionIsolationStrategy", "THREAD"],
    ["propertyValue_executionIsolationThreadTimeoutInMilliseconds", 0],
    ["propertyValue_executionIsolationThreadInterruptOnTimeout", false],
    ["propertyValue_executionIsolationThreadPoolKeyOverride", ""],
    ["propertyValue_executionIsolationSemaphoreMaxConcurrentRequests", 0],
    ["propertyValue_fallbackIsolationSemaphoreMaxConcurrentRequests", 0],
    ["propertyValue_metricsRollingStatisticalWindowInMilliseconds", WINDOW_MS],
    ["propertyValue_requestCacheEnabled", false],
    ["propertyValue_requestLogEnabled", false],
  ];
}

/** `uint32(SleepWindow.Seconds() * 1000)`: of 1001 ms the library makes 1000. */
function published(ms: number): number {
  return Math.trunc((Math.floor(ms / 1000) + ((ms % 1000) * 1e6) / 1e9) * 1000);
}

function pool({ name, metrics }: StreamedCircuit): Fields {
  const { active, rollingExecuted, rollingMaxActive, size } = metrics.pool;
  return [
    ["type", "HystrixThreadPool"],
    ["name", name],
    ["reportingHosts", 1],
    ["currentActiveCount", active],
    ["currentCompletedTaskCount", 0],
    ["currentCorePoolSize", size],
    ["currentLargestPoolSize", size],
    ["currentMaximumPoolSize", size],
    ["currentPoolSize", size],
    ["currentQueueSize", 0],
    ["currentTaskCount", 0],
    ["rollingMaxActiveThreads", rollingMaxActive],
    ["rollingCountThreadsExecuted", rollingExecuted],
    ["propertyValue_metricsRollingStatisticalWindowInMilliseconds", WINDOW_MS],
    ["propertyValue_queueSizeRejectionThreshold", 0],
  ];
}
