import type { Server } from "../../simulator/protocol/spec.ts";
import type { InstanceState, ServiceState, Snapshot } from "../../simulator/protocol/model.ts";

/** How one service stands. */
export interface ServiceSummary {
  readonly state: ServiceState;
  readonly instances: readonly InstanceState[];
  readonly up: number;
  readonly crashed: number;
  /** 95th percentile of its calls; undefined before the first ended. */
  readonly p95Ms: number | undefined;
}

/** How the cluster stands, in the numbers of the status bar. */
export interface ClusterSummary {
  readonly functions: number;
  readonly up: number;
  readonly wanted: number;
  /** Breakers that let nothing or only a probe through. */
  readonly open: number;
  readonly crashed: number;
}

/** Whether calls can go to it: it runs, and its health checks pass, where it has any. */
export function isUp(instance: InstanceState, snapshot: Snapshot): boolean {
  if (instance.phase !== "running") return false;
  if (instance.health !== "unknown") return instance.health === "passing";
  return instance.registered && !isChecked(instance, snapshot.services[instance.service]);
}

/** Whether anybody looks at its health before calls do. */
export function isChecked(instance: InstanceState, service: ServiceState | undefined): boolean {
  if (!service) return true;
  return service.spec.health.kind !== "none" && serverOf(instance, service)?.check !== false;
}

/** Whether it is a program of the user's, that Fuseboard did not start and does not end. */
export function isExternal({ runtime }: InstanceState): boolean {
  return runtime === "external";
}

/** What the configuration says of an instance: the n-th server is that of the n-th one. */
export function serverOf(
  { id }: InstanceState,
  service: ServiceState | undefined,
): Server | undefined {
  if (!service) return undefined;
  const ordinal = Number(id.slice(service.name.length + 1));
  return service.spec.balancer.servers?.[ordinal - 1];
}

export function isOpen({ breaker }: ServiceState): boolean {
  return breaker !== undefined && /^(open|half-open|forced-open)$/.test(breaker.status);
}

/** Instances of a service in the order of their ordinals. */
export function instancesOf(snapshot: Snapshot, service: string): InstanceState[] {
  return Object.values(snapshot.instances)
    .filter((instance) => instance.service === service)
    .sort((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }));
}

export function summarizeService(snapshot: Snapshot, name: string): ServiceSummary | undefined {
  const state = snapshot.services[name];
  if (!state) return undefined;
  const instances = instancesOf(snapshot, name);
  const counters = snapshot.counters.services[name];
  const ended = counters && Object.values(counters.outcomes).some((count) => count > 0);
  return {
    state,
    instances,
    up: instances.filter((instance) => isUp(instance, snapshot)).length,
    crashed: instances.filter(({ phase }) => phase === "crashed").length,
    // The percentile is summed up a little later than the count.
    p95Ms: ended && counters.p95 > 0 ? counters.p95 : undefined,
  };
}

export function summarizeCluster(snapshot: Snapshot): ClusterSummary {
  const services = Object.values(snapshot.services);
  const instances = Object.values(snapshot.instances);
  return {
    functions: services.length,
    up: instances.filter((instance) => isUp(instance, snapshot)).length,
    wanted: services.reduce((sum, service) => sum + service.scale, 0),
    open: services.filter(isOpen).length,
    crashed: instances.filter(({ phase }) => phase === "crashed").length,
  };
}
