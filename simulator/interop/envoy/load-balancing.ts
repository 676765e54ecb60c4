import type { ServiceSpec } from "../../protocol/spec.ts";
import { seconds, type Tell } from "./tell.ts";

type Policy = "ROUND_ROBIN" | "LEAST_REQUEST" | "RING_HASH" | "MAGLEV" | "RANDOM";

/** `lb_policy` of a cluster with its settings; names are those of `config.cluster.v3.Cluster`. */
export function loadBalancing(service: ServiceSpec, tell: Tell): Record<string, unknown> {
  const { balancer } = service;
  const { policy, choices } = policyOf(service, tell);
  const slowStart = slowStartOf(service, policy, tell);
  const settings: Record<string, unknown> = { lb_policy: policy };
  if (policy === "ROUND_ROBIN" && slowStart) {
    settings.round_robin_lb_config = { slow_start_config: slowStart };
  }
  if (policy === "LEAST_REQUEST") {
    const bias = balancer.activeRequestBias;
    settings.least_request_lb_config = {
      choice_count: choices,
      ...(bias !== 1 && { active_request_bias: runtimeDouble(bias, "active_request_bias") }),
      ...(slowStart && { slow_start_config: slowStart }),
    };
  }
  if (policy === "RING_HASH") {
    const { minimum = 1024, maximum = 8_388_608, function: named = "xxhash" } = balancer.ring ?? {};
    settings.ring_hash_lb_config = {
      minimum_ring_size: Math.min(minimum, maximum),
      maximum_ring_size: maximum,
      hash_function: named === "xxhash" ? "XX_HASH" : "MURMUR_HASH_2",
    };
  }
  if (policy === "MAGLEV") settings.maglev_lb_config = { table_size: balancer.tableSize };
  const factor = balancer.hash?.balanceFactor ?? 0;
  const isBounded = factor > 0 && (policy === "RING_HASH" || policy === "MAGLEV");
  settings.common_lb_config = {
    healthy_panic_threshold: { value: percent(panicThresholdOf(service)) },
    ...(isBounded && { consistent_hashing_lb_config: { hash_balance_factor: factor } }),
  };
  return settings;
}

/** Programs other than Envoy never ignore health. */
function panicThresholdOf({ balancer }: ServiceSpec): number {
  const isEnvoys = ["least-request", "peak-ewma", "ring-hash", "maglev"];
  return isEnvoys.includes(balancer.algorithm) ? balancer.panicThreshold : 0;
}

function policyOf(
  { balancer, instances }: ServiceSpec,
  tell: Tell,
): { readonly policy: Policy; readonly choices: number } {
  const { algorithm, draws } = balancer;
  const nearest = (policy: Policy, choices = 2) => {
    const how = policy === "LEAST_REQUEST" ? ` of ${choices} choices` : "";
    tell(`${algorithm} has no equivalent in Envoy; nearest is ${policy}${how}.`);
    return { policy, choices };
  };
  switch (algorithm) {
    case "least-request":
      // Envoy takes no fewer than two; one is a random pick.
      return draws < 2 ? nearest("RANDOM") : { policy: "LEAST_REQUEST", choices: draws };
    case "power-of-two":
      return { policy: "LEAST_REQUEST", choices: 2 };
    case "random":
      return { policy: "RANDOM", choices: 2 };
    case "ring-hash":
      return { policy: "RING_HASH", choices: 2 };
    case "maglev":
      return { policy: "MAGLEV", choices: 2 };
    case "round-robin":
    case "haproxy-roundrobin":
    case "haproxy-static-rr":
    case "haproxy-first":
      return nearest("ROUND_ROBIN");
    case "least-connections":
    case "haproxy-leastconn":
      return nearest("LEAST_REQUEST", Math.max(2, instances));
    case "peak-ewma":
      return nearest("LEAST_REQUEST");
    case "haproxy-random":
      return draws < 2 ? nearest("RANDOM") : nearest("LEAST_REQUEST", draws);
    case "hash":
    case "consistent-hash":
    case "ip-hash":
    case "haproxy-source":
    case "haproxy-uri":
    case "haproxy-url-param":
    case "haproxy-hdr":
      return nearest("RING_HASH");
  }
}

function slowStartOf(
  { balancer }: ServiceSpec,
  policy: Policy,
  tell: Tell,
): Record<string, unknown> | undefined {
  const longestMs = Math.max(0, ...(balancer.servers ?? []).map(({ slowStart }) => slowStart));
  const slowStart =
    balancer.slowStart ??
    (longestMs > 0 ? { window: longestMs, aggression: 1, minimumWeight: 0.1 } : undefined);
  if (!slowStart) return undefined;
  if (policy !== "ROUND_ROBIN" && policy !== "LEAST_REQUEST") {
    tell(`Envoy has no slow start with ${policy}; it is left out.`);
    return undefined;
  }
  if (!balancer.slowStart) tell("slowstart of servers is written as Envoy's, of all of them.");
  const { window, aggression, minimumWeight } = slowStart;
  return {
    slow_start_window: seconds(window),
    ...(aggression !== 1 && { aggression: runtimeDouble(aggression, "slow_start_aggression") }),
    min_weight_percent: { value: percent(minimumWeight) },
  };
}

function runtimeDouble(value: number, name: string): Record<string, unknown> {
  return { default_value: value, runtime_key: `fuseboard.${name}` };
}

/** A fraction of 1 as percent. */
export function percent(fraction: number): number {
  return Number((fraction * 100).toFixed(6));
}
