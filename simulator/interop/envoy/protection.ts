import type { ServiceSpec } from "../../protocol/spec.ts";
import { percent } from "./load-balancing.ts";
import { seconds, type Tell } from "./tell.ts";

/** `health_checks` of a cluster. */
export function healthChecks({ health }: ServiceSpec, tell: Tell): Record<string, unknown> {
  if (health.kind === "none") return {};
  if (health.fastInterval !== undefined) {
    tell("Envoy has no interval for a status that is changing; fastInterval is left out.");
  }
  return {
    health_checks: [
      {
        timeout: seconds(health.timeout),
        interval: seconds(health.interval),
        ...(health.downInterval !== undefined && {
          unhealthy_interval: seconds(health.downInterval),
        }),
        unhealthy_threshold: health.fall,
        healthy_threshold: health.rise,
        ...(health.kind === "tcp"
          ? { tcp_health_check: {} }
          : { http_health_check: { path: health.http } }),
      },
    ],
  };
}

/** `outlier_detection` of a cluster: its own, or the nearest to what other programs do. */
export function outlierDetection({ balancer }: ServiceSpec, tell: Tell): Record<string, unknown> {
  const { outlier } = balancer;
  if (!outlier) return nearestOutlierDetection(balancer.servers ?? [], tell);
  const { successRate, failurePercentage, consecutive5xx, consecutiveGatewayFailure } = outlier;
  return {
    outlier_detection: {
      interval: seconds(outlier.interval),
      base_ejection_time: seconds(outlier.baseEjection),
      max_ejection_time: seconds(outlier.maxEjection),
      max_ejection_percent: Math.round(percent(outlier.maxEjectionPercent)),
      ...(consecutive5xx > 0
        ? { consecutive_5xx: consecutive5xx }
        : { enforcing_consecutive_5xx: 0 }),
      ...(consecutiveGatewayFailure > 0 && {
        consecutive_gateway_failure: consecutiveGatewayFailure,
        enforcing_consecutive_gateway_failure: 100,
      }),
      ...(successRate
        ? {
            success_rate_minimum_hosts: successRate.minimumHosts,
            success_rate_request_volume: successRate.requestVolume,
            success_rate_stdev_factor: Math.round(successRate.stdevFactor * 1000),
          }
        : { enforcing_success_rate: 0 }),
      ...(failurePercentage && {
        failure_percentage_threshold: Math.round(percent(failurePercentage.threshold)),
        failure_percentage_minimum_hosts: failurePercentage.minimumHosts,
        failure_percentage_request_volume: failurePercentage.requestVolume,
        enforcing_failure_percentage: 100,
      }),
    },
  };
}

type Servers = NonNullable<ServiceSpec["balancer"]["servers"]>;

function nearestOutlierDetection(servers: Servers, tell: Tell): Record<string, unknown> {
  const failing = servers.find(({ maxFails }) => maxFails > 0);
  const observed = servers.find(({ observe }) => observe !== "none");
  if (!failing && !observed) return {};
  tell("Servers that fail are taken out by outlier_detection, by consecutive errors.");
  return {
    outlier_detection: {
      consecutive_5xx: failing?.maxFails ?? observed?.errorLimit ?? 10,
      ...(failing &&
        failing.failTimeout > 0 && { base_ejection_time: seconds(failing.failTimeout) }),
      max_ejection_percent: 100,
      enforcing_success_rate: 0,
    },
  };
}

/** `circuit_breakers` of a cluster, which are limits of what is under way, and of its retries. */
export function circuitBreakers(
  { bulkhead, retry }: ServiceSpec,
  tell: Tell,
): Record<string, unknown> {
  const budget = retry?.rules === "fuseboard" ? retry.budget : undefined;
  if (bulkhead?.queueTimeout !== undefined) {
    tell("Envoy has no timeout of its own for calls that wait; the bulkhead's is left out.");
  }
  if (budget?.rules === "finagle") {
    tell("Envoy's retry_budget is of the requests under way; Finagle's share is written as that.");
  }
  if (!bulkhead && !budget) return {};
  const limits = bulkhead && {
    max_requests: bulkhead.concurrent,
    max_pending_requests: bulkhead.queue,
  };
  const retries = budget && {
    retry_budget: {
      budget_percent: { value: Math.min(100, percent(budget.percent)) },
      min_retry_concurrency: budget.rules === "envoy" ? budget.minimum : 3,
    },
  };
  return { circuit_breakers: { thresholds: [{ ...limits, ...retries }] } };
}
