import type { RetrySpec, ServiceSpec } from "../../protocol/spec.ts";
import { hashPolicyOf } from "./hash-policy.ts";
import { seconds, type Tell } from "./tell.ts";

/** The route to a service's cluster: what is under its name, as at Fuseboard's gateway. */
export function routeOf(name: string, service: ServiceSpec, tell: Tell): Record<string, unknown> {
  const policy = hashPolicyOf(service.balancer, tell);
  const retry = service.retry && retryPolicy(service.retry, service.instances, tell);
  return {
    match: { path_separated_prefix: `/${name}` },
    route: {
      cluster: name,
      // Envoy's timeout is of all attempts together, ours of each.
      timeout: retry ? "0s" : seconds(service.timeout),
      ...(policy && { hash_policy: [policy] }),
      ...(retry && { retry_policy: { ...retry, per_try_timeout: seconds(tryLimit(service)) } }),
    },
  };
}

/** Longest time of one try, in ms. */
function tryLimit({ timeout, retry }: ServiceSpec): number {
  const own = retry?.rules === "fuseboard" ? retry.perTryTimeout : undefined;
  return Math.min(timeout, own ?? timeout);
}

interface Conditions {
  readonly words: readonly string[];
  readonly statuses: readonly number[];
}

function retryPolicy(
  retry: RetrySpec,
  instances: number,
  tell: Tell,
): Record<string, unknown> | undefined {
  const { words, statuses } = conditionsOf(retry);
  const count = countOf(retry, instances);
  if (count === 0 || words.length + statuses.length === 0) return undefined;
  const on = [...new Set([...words, ...(statuses.length > 0 ? ["retriable-status-codes"] : [])])];
  if (retry.rules === "nginx" && retry.timeout > 0) {
    tell("proxy_next_upstream_timeout has no equivalent in Envoy; it is left out.");
  }
  return {
    retry_on: on.join(","),
    num_retries: count,
    ...(statuses.length > 0 && { retriable_status_codes: [...new Set(statuses)] }),
    ...backOffOf(retry, tell),
    ...(isElsewhere(retry) && {
      retry_host_predicate: [
        {
          name: "envoy.retry_host_predicates.previous_hosts",
          typed_config: {
            "@type":
              "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate",
          },
        },
      ],
      host_selection_retry_max_attempts: 5,
    }),
  };
}

function countOf(retry: RetrySpec, instances: number): number {
  switch (retry.rules) {
    case "fuseboard":
      return retry.attempts - 1;
    case "nginx":
      if (retry.on.includes("off")) return 0;
      return Math.max(0, (retry.tries === 0 ? instances : retry.tries) - 1);
    case "haproxy":
      return retry.retries;
  }
}

/** Whether the next attempt is at another server. */
function isElsewhere(retry: RetrySpec): boolean {
  return retry.rules !== "haproxy" || retry.redispatch !== 0;
}

/** Envoy pauses between attempts; the others do not. */
function backOffOf(retry: RetrySpec, tell: Tell): Record<string, unknown> {
  if (retry.rules !== "fuseboard") {
    tell("Envoy pauses between attempts, 25ms and more; it goes on at once elsewhere.");
    return {};
  }
  if (retry.backoff === "constant" || retry.jitter !== "full") {
    tell("Envoy's pauses grow exponentially, with full jitter.");
  }
  // Envoy takes no pauses of nothing.
  const base = Math.max(1, retry.initial);
  const max = Math.max(base, retry.max);
  return { retry_back_off: { base_interval: seconds(base), max_interval: seconds(max) } };
}

const CONNECTION = ["connect-failure", "refused-stream", "reset"];
/** What Envoy answers for an attempt that took too long. */
const TIMED_OUT = 504;

function conditionsOf(retry: RetrySpec): Conditions {
  const words: string[] = [];
  const statuses: number[] = [];
  for (const condition of retry.on) {
    if (typeof condition === "number") statuses.push(condition);
    else if (condition.startsWith("http_")) statuses.push(Number(condition.slice(5)));
    else if (condition === "5xx") words.push("5xx");
    else if (condition === "error" || condition === "all-retryable-errors") {
      words.push(...CONNECTION);
      if (condition !== "error") statuses.push(500, 502, 503, TIMED_OUT);
    } else if (condition === "conn-failure") words.push("connect-failure", "refused-stream");
    else if (condition === "empty-response" || condition === "junk-response") words.push("reset");
    else if (condition === "invalid_header") words.push("reset");
    else if (condition === "timeout" || condition === "response-timeout") statuses.push(TIMED_OUT);
  }
  return { words, statuses };
}
