import type { InstanceState, ServerAdmin, ServiceState } from "../../simulator/protocol/model.ts";

/** Weight and state of an instance in the balancer. */
export interface ServerSetting {
  readonly weight: number;
  readonly admin: ServerAdmin;
}

/** What the configuration says of an instance: the n-th server is the n-th instance. */
export function configuredServer(instance: InstanceState, service: ServiceState): ServerSetting {
  const slot = Number(/(\d+)$/.exec(instance.id)?.[1] ?? 0) - 1;
  const server = service.spec.balancer.servers?.[slot];
  return { weight: server?.weight ?? 1, admin: server?.down ? "down" : "ready" };
}

/** What holds now: as configured, or as set by hand since. */
export function presentServer(instance: InstanceState, service: ServiceState): ServerSetting {
  const { admin } = configuredServer(instance, service);
  return { weight: instance.weight, admin: instance.admin ?? admin };
}

/** The largest weight that the service's algorithm takes. */
export function mostWeight({ algorithm }: Pick<ServiceState, "algorithm">): number {
  return algorithm.startsWith("haproxy-") ? 256 : 65_535;
}

/** The weight in a text, or undefined when it is none up to `most`. */
export function weightIn(text: string, most: number): number | undefined {
  if (!/^\s*\d+\s*$/.test(text)) return undefined;
  const weight = Number(text);
  return weight <= most ? weight : undefined;
}
