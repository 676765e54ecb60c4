import type { HystrixMetrics } from "../contract.ts";
import type { CommandCounters, Moment } from "./command-counters.ts";
import type { TicketPool } from "./ticket-pool.ts";

/**
 * What the library publishes of a command and its pool (`publishMetrics` and `publishThreadPools`
 * in `eventstream.go`), and how many run, which it leaves out of its stream.
 */
export function publishedMetrics(
  counters: CommandCounters,
  pool: TicketPool,
  isOpen: boolean,
  at: Moment,
): HystrixMetrics {
  const sum = (counter: Parameters<typeof counters.counts.sum>[0]) =>
    counters.counts.sum(counter, at.second);
  return {
    isOpen,
    requestCount: sum("requests"),
    errorCount: sum("errors"),
    errorPercentage: counters.errorPercent(at),
    rollingCounts: {
      Success: sum("successes"),
      Failure: sum("failures"),
      ThreadPoolRejected: sum("rejects"),
      ShortCircuited: sum("shortCircuits"),
      Timeout: sum("timeouts"),
      FallbackSuccess: sum("fallbackSuccesses"),
      FallbackFailure: sum("fallbackFailures"),
    },
    concurrent: pool.active,
    rollingMaxConcurrent: pool.maxActive(at),
    latencyExecute: counters.latencyRun(at),
    latencyTotal: counters.latencyTotal(at),
    pool: {
      active: pool.active,
      rollingMaxActive: pool.maxActive(at),
      rollingExecuted: pool.executed(at),
      rollingRejected: sum("rejects"),
      completed: 0,
      size: pool.size,
      largest: pool.size,
      queued: 0,
    },
  };
}
