/**
 * What the Hystrix Dashboard (`hystrixCommand.js`, `hystrixThreadPool.js` and their templates)
 * needs of an event, and makes of it.
 */
export interface ShownEvent {
  readonly name: string;
  readonly hosts: number;
  /** What stands under a command's circle; a pool has none. */
  readonly circuit?: string;
}

const COMMAND_FIELDS = [
  "reportingHosts",
  "type",
  "name",
  "group",
  "isCircuitBreakerOpen",
  "errorPercentage",
  "errorCount",
  "requestCount",
  "rollingCountCollapsedRequests",
  "rollingCountExceptionsThrown",
  "rollingCountFailure",
  "rollingCountFallbackFailure",
  "rollingCountFallbackRejection",
  "rollingCountFallbackSuccess",
  "rollingCountResponsesFromCache",
  "rollingCountSemaphoreRejected",
  "rollingCountShortCircuited",
  "rollingCountSuccess",
  "rollingCountThreadPoolRejected",
  "rollingCountTimeout",
  "currentConcurrentExecutionCount",
  "latencyExecute_mean",
  "latencyExecute",
  "latencyTotal_mean",
  "latencyTotal",
  "propertyValue_circuitBreakerRequestVolumeThreshold",
  "propertyValue_circuitBreakerSleepWindowInMilliseconds",
  "propertyValue_circuitBreakerErrorThresholdPercentage",
  "propertyValue_circuitBreakerForceOpen",
  "propertyValue_executionIsolationStrategy",
  "propertyValue_executionIsolationThreadTimeoutInMilliseconds",
  "propertyValue_executionIsolationThreadInterruptOnTimeout",
  "propertyValue_executionIsolationSemaphoreMaxConcurrentRequests",
  "propertyValue_fallbackIsolationSemaphoreMaxConcurrentRequests",
  "propertyValue_requestCacheEnabled",
  "propertyValue_requestLogEnabled",
  "propertyValue_metricsRollingStatisticalWindowInMilliseconds",
];

const POOL_FIELDS = [
  "type",
  "name",
  "currentActiveCount",
  "currentCompletedTaskCount",
  "currentCorePoolSize",
  "currentLargestPoolSize",
  "currentMaximumPoolSize",
  "currentPoolSize",
  "currentQueueSize",
  "currentTaskCount",
  "rollingCountThreadsExecuted",
  "rollingMaxActiveThreads",
  "reportingHosts",
  "propertyValue_queueSizeRejectionThreshold",
  "propertyValue_metricsRollingStatisticalWindowInMilliseconds",
];

/** Reads an event as the Dashboard does; throws what it would log instead of showing it. */
export function readDashboardEvent(event: Readonly<Record<string, unknown>>): ShownEvent {
  const isCommand = event.type === "HystrixCommand";
  if (!isCommand && event.type !== "HystrixThreadPool") {
    throw new Error(`It does not know the type ${String(event.type)}.`);
  }
  for (const key of isCommand ? COMMAND_FIELDS : POOL_FIELDS) {
    // It fails for null and undefined alike.
    if (event[key] === undefined || event[key] === null) {
      throw new Error(`Key Missing: ${key} for ${String(event.name)}`);
    }
  }
  const hosts = Number(event.reportingHosts);
  for (const key of ["rollingCountThreadsExecuted", "requestCount"]) {
    if (key in event && !Number.isFinite(Number(event[key]) / hosts)) {
      throw new Error(`It would show NaN for ${key}.`);
    }
  }
  const shown = { name: String(event.name), hosts };
  return isCommand ? { ...shown, circuit: circuitOf(event, hosts) } : shown;
}

/** By the template `hystrixCircuit.html`, whose `==` takes true for 1. */
function circuitOf(event: Readonly<Record<string, unknown>>, hosts: number): string {
  if (event.propertyValue_circuitBreakerForceOpen) return "Forced Open";
  const open = Number(event.isCircuitBreakerOpen);
  return open === hosts ? "Open" : open === 0 ? "Closed" : String(event.isCircuitBreakerOpen);
}
