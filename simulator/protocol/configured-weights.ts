import type { InstanceState, ServiceState } from "./model.ts";

type Instances = Readonly<Record<string, InstanceState>>;

/**
 * The instances after a service was defined again: those that had the weight of its old definition
 * have that of the new one; a weight that was set by hand stays.
 */
export function withConfiguredWeights(
  instances: Instances,
  before: ServiceState | undefined,
  after: ServiceState,
): Record<string, InstanceState> {
  const next = { ...instances };
  for (const instance of Object.values(instances)) {
    const weight = weightOf(instance, after);
    const configured = before && instance.weight === weightOf(instance, before);
    if (instance.service !== after.name || !configured || weight === instance.weight) continue;
    next[instance.id] = { ...instance, weight };
  }
  return next;
}

/** The n-th server is that of the n-th instance, whose id ends with its number. */
function weightOf({ id }: InstanceState, { name, spec }: ServiceState): number {
  return spec.balancer.servers?.[Number(id.slice(name.length + 1)) - 1]?.weight ?? 1;
}
