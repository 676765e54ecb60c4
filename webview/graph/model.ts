import type {
  ActiveFault,
  InstanceState,
  ServiceState,
  Snapshot,
  StreamState,
} from "../../simulator/protocol/model.ts";
import type { Rates } from "../rates.ts";
import { faultsBetween } from "../words.ts";

export type CallerKind = "editor" | "load" | "external";

/** A box of the graph; `id` is stable over the life of what it stands for. */
export type GraphNode =
  | { readonly kind: "caller"; readonly id: string; readonly caller: CallerKind }
  | { readonly kind: "gateway"; readonly id: string; readonly address: string | undefined }
  | {
      readonly kind: "service";
      readonly id: string;
      readonly service: ServiceState;
      readonly instances: readonly InstanceState[];
    }
  | { readonly kind: "stream"; readonly id: string; readonly stream: StreamState };

export type ServiceNode = Extract<GraphNode, { kind: "service" }>;
export type StreamNode = Extract<GraphNode, { kind: "stream" }>;

/** A line from one box to another. `idle` ones are only foreseen by the cluster file. */
export interface GraphEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly kind: "call" | "fallback";
  readonly perSecond: number;
  /** Of the calls of the last seconds, as a fraction of 1. */
  readonly failedShare: number;
  /** Calls of the last seconds that the fallback answered, as a fraction of 1. */
  readonly fallbackShare: number;
  /** The services at its ends; undefined when it is not one between two services. */
  readonly services: { readonly from: string; readonly to: string } | undefined;
  /** Faults on it. */
  readonly faults: readonly ActiveFault[];
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export const GATEWAY = "gateway";
const CALLERS: readonly CallerKind[] = ["editor", "load", "external"];

export function serviceNode(name: string): string {
  return `service:${name}`;
}
export function streamNode(id: string): string {
  return `stream:${id}`;
}
export function callerNode(kind: CallerKind): string {
  return `caller:${kind}`;
}
export function edgeId(from: string, to: string): string {
  return `${from}>${to}`;
}
export function fallbackEdgeId(from: string, to: string): string {
  return `${from}~${to}`;
}

/** What the graph shows: callers that have called, the gateway, the services and who calls whom. */
export function buildGraph(snapshot: Snapshot, rates: Rates): Graph {
  const services = Object.values(snapshot.services);
  const instances = instancesByService(snapshot);
  const callers = CALLERS.filter((kind) => hasCalled(snapshot, kind));
  const nodes: GraphNode[] = [
    ...callers.map((caller) => ({ kind: "caller" as const, id: callerNode(caller), caller })),
    { kind: "gateway", id: GATEWAY, address: snapshot.gateway },
    ...services.map((service) => ({
      kind: "service" as const,
      id: serviceNode(service.name),
      service,
      instances: instances.get(service.name) ?? [],
    })),
    ...Object.values(snapshot.streams).map((stream) => ({
      kind: "stream" as const,
      id: streamNode(stream.id),
      stream,
    })),
  ];
  const lines = new Lines(new Set(nodes.map((node) => node.id)));
  const called = new Set(services.flatMap((service) => service.spec.calls));
  for (const service of services) {
    const node = serviceNode(service.name);
    const { fallbackOf } = service;
    if (fallbackOf !== undefined) {
      lines.add(serviceNode(fallbackOf), node, "fallback", 0, 0, 0);
    } else if (!called.has(service.name)) {
      // What nobody in the cluster calls is meant to be called from outside.
      lines.foresee(GATEWAY, node);
    }
    for (const target of service.spec.calls) lines.foresee(node, serviceNode(target));
    const { fallback } = service.spec;
    if (fallback && "service" in fallback) {
      lines.add(node, serviceNode(fallback.service), "fallback", 0, 0, 0);
    }
  }
  // What a fault is on is shown, also before anybody calls there.
  for (const { target } of Object.values(snapshot.faults)) {
    if ("from" in target) lines.foresee(serviceNode(target.from), serviceNode(target.to));
  }
  for (const caller of callers) lines.foresee(callerNode(caller), GATEWAY);
  for (const [key, edge] of Object.entries(snapshot.counters.edges)) {
    const { perSecond, failedShare, fallbacksPerSecond } = rates.edge(key);
    const failed = perSecond * failedShare;
    const to = serviceNode(edge.to);
    const { fallbackOf } = snapshot.services[edge.to] ?? {};
    if (fallbackOf !== undefined) {
      // Whoever called the service, it is the service that falls back.
      const owner = serviceNode(fallbackOf);
      lines.add(owner, to, "fallback", perSecond, failed, fallbacksPerSecond);
    } else if (edge.fromKind === "service") {
      lines.add(serviceNode(edge.from), to, "call", perSecond, failed, fallbacksPerSecond);
    } else {
      lines.add(callerNode(edge.fromKind), GATEWAY, "call", perSecond, failed, fallbacksPerSecond);
      lines.add(GATEWAY, to, "call", perSecond, failed, fallbacksPerSecond);
    }
  }
  return { nodes, edges: lines.all(snapshot) };
}

function hasCalled(snapshot: Snapshot, kind: CallerKind): boolean {
  if (kind === "load" && Object.keys(snapshot.loads).length > 0) return true;
  return Object.values(snapshot.counters.edges).some((edge) => edge.fromKind === kind);
}

/** Instances by service, in the order of their ordinals. */
function instancesByService(snapshot: Snapshot): Map<string, InstanceState[]> {
  const groups = Map.groupBy(Object.values(snapshot.instances), (instance) => instance.service);
  const ordinal = (id: string) => Number(/\d+$/.exec(id)?.[0] ?? 0);
  for (const group of groups.values()) group.sort((a, b) => ordinal(a.id) - ordinal(b.id));
  return groups;
}

interface Line {
  from: string;
  to: string;
  kind: GraphEdge["kind"];
  perSecond: number;
  failed: number;
  fallbacks: number;
}

/** Gathers edges; several callers of one service share the gateway's line to it. */
class Lines {
  readonly #lines = new Map<string, Line>();
  readonly #known: ReadonlySet<string>;
  constructor(known: ReadonlySet<string>) {
    this.#known = known;
  }

  foresee(from: string, to: string): void {
    this.add(from, to, "call", 0, 0, 0);
  }

  add(
    from: string,
    to: string,
    kind: GraphEdge["kind"],
    perSecond: number,
    failed: number,
    fallbacks: number,
  ): void {
    if (from === to || !this.#known.has(from) || !this.#known.has(to)) return;
    const id = kind === "call" ? edgeId(from, to) : fallbackEdgeId(from, to);
    const line = this.#lines.get(id) ?? { from, to, kind, perSecond: 0, failed: 0, fallbacks: 0 };
    line.perSecond += perSecond;
    line.failed += failed;
    line.fallbacks += fallbacks;
    this.#lines.set(id, line);
  }

  all({ faults }: Snapshot): GraphEdge[] {
    return [...this.#lines].map(([id, { from, to, kind, perSecond, failed, fallbacks }]) => {
      const services = kind === "call" ? servicesOf(from, to) : undefined;
      return {
        id,
        from,
        to,
        kind,
        perSecond,
        failedShare: perSecond > 0 ? failed / perSecond : 0,
        fallbackShare: perSecond > 0 ? fallbacks / perSecond : 0,
        services,
        faults: services ? faultsBetween(faults, services.from, services.to) : [],
      };
    });
  }
}

/** The services that two nodes stand for, when both do. */
function servicesOf(from: string, to: string): { from: string; to: string } | undefined {
  const prefix = serviceNode("");
  return from.startsWith(prefix) && to.startsWith(prefix)
    ? { from: from.slice(prefix.length), to: to.slice(prefix.length) }
    : undefined;
}
