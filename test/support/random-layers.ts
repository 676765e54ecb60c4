import type { Random } from "../../simulator/kernel/random.ts";
import { LAYERS, type ServiceFile } from "../../simulator/protocol/spec.ts";

/** Settings of all layers, in any order, by chance. */
export function randomLayers(random: Random): Partial<ServiceFile> {
  const chance = (share: number) => random.next() < share;
  const between = (from: number, to: number) => from + Math.floor(random.next() * (to - from + 1));
  const choose = <T>(of: readonly T[]): T => of[between(0, of.length - 1)] as T;
  const ms = (from: number, to: number) => `${String(between(from, to))}ms`;
  const layers = [...LAYERS].sort(() => random.next() - 0.5);
  const budgets = [
    { rules: "envoy", percent: "20%", minimum: between(0, 3) },
    { rules: "finagle", ttl: "1s", minimumPerSecond: 0, percent: 0.2 },
  ] as const;
  const retries: ServiceFile["retry"][] = [
    {
      attempts: between(1, 4),
      backoff: choose(["constant", "exponential"]),
      initial: ms(0, 20),
      max: "50ms",
      jitter: "none",
      on: ["error", "timeout", "5xx", 404],
      nonIdempotent: chance(0.5),
      ...(chance(0.4) && { perTryTimeout: ms(10, 60) }),
      ...(chance(0.5) && { budget: choose(budgets) }),
    },
    { rules: "nginx", on: ["error", "timeout", "http_500", "http_503"], tries: between(1, 3) },
    { rules: "haproxy", retries: between(0, 3), on: ["all-retryable-errors"], redispatch: -1 },
  ];
  const breakers: ServiceFile["breaker"][] = [
    { engine: "consecutive", threshold: between(2, 8), halfOpenAfter: ms(5, 80) },
    { engine: "count", size: between(5, 20), threshold: "60%", halfOpenAfter: ms(5, 80) },
    {
      engine: "sampling",
      threshold: "60%",
      duration: "1s",
      minimumRps: 20,
      halfOpenAfter: ms(5, 80),
    },
    {
      engine: "hystrix-go",
      timeout: between(10, 90),
      maxConcurrentRequests: between(2, 20),
      sleepWindow: between(5, 80),
      errorPercentThreshold: between(40, 95),
    },
    {
      engine: "hystrix",
      executionIsolationStrategy: choose(["THREAD", "SEMAPHORE"]),
      executionTimeoutInMilliseconds: between(10, 90),
      executionIsolationThreadInterruptOnTimeout: chance(0.5),
      circuitBreakerSleepWindowInMilliseconds: between(5, 80),
      circuitBreakerErrorThresholdPercentage: between(40, 95),
      coreSize: between(2, 10),
      maximumSize: 10,
      maxQueueSize: choose([-1, 5]),
      fallbackIsolationSemaphoreMaxConcurrentRequests: between(1, 5),
    },
  ];
  const fallbacks: ServiceFile["fallback"][] = [
    { value: "instead" },
    { service: "other" },
    { lastGood: true },
    { lastGood: "1s" },
  ];
  return {
    layers,
    timeout: ms(20, 100),
    ...(chance(0.5) && { rateLimit: { perSecond: between(200, 2000), burst: between(1, 50) } }),
    ...(chance(0.6) && {
      hedge: { after: ms(1, 30), attempts: between(2, 4), nonIdempotent: chance(0.5) },
    }),
    ...(chance(0.8) && { retry: choose(retries) }),
    ...(chance(0.8) && { breaker: choose(breakers) }),
    ...(chance(0.5) && {
      bulkhead: {
        concurrent: between(1, 20),
        queue: between(0, 20),
        ...(chance(0.5) && { queueTimeout: ms(1, 30) }),
      },
    }),
    ...(chance(0.5) && { fallback: choose(fallbacks) }),
  };
}
