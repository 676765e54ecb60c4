import type { BalancerId } from "../protocol/spec.ts";
import type { BalancerKind } from "./contract.ts";
import { leastRequest } from "./envoy/least-request.ts";
import { maglev } from "./envoy/maglev.ts";
import { peakEwma } from "./envoy/peak-ewma.ts";
import { ringHash } from "./envoy/ring-hash.ts";
import { leastConnections } from "./least-connections.ts";
import { powerOfTwo } from "./power-of-two.ts";
import { smoothWeightedRoundRobin } from "./smooth-weighted-round-robin.ts";

/** Every algorithm that a service can choose. */
export const balancers: readonly BalancerKind[] = [
  smoothWeightedRoundRobin,
  leastConnections,
  powerOfTwo,
  leastRequest,
  peakEwma,
  ringHash,
  maglev,
];

/** The algorithm of an id. */
export function balancerOf(id: BalancerId): BalancerKind {
  const kind = balancers.find((balancer) => balancer.id === id);
  if (!kind) throw new RangeError(`There is no balancer "${id}".`);
  return kind;
}
