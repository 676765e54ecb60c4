import { withConfiguredWeights } from "./configured-weights.ts";
import { isCallFact, type CallFact, type Fact, type FactBatch, type StateFact } from "./events.ts";
import type { CallTrace, EdgeCounters, InstanceState, ServiceState, Snapshot } from "./model.ts";
import { withReport } from "./reduce-stream.ts";
import { openTrace, reduceTrace } from "./reduce-trace.ts";

/** Calls that a snapshot keeps. */
export const KEPT_CALLS = 300;
/** Health checks that an instance keeps. */
export const KEPT_CHECKS = 30;

/** The state before anything happened. */
export function emptySnapshot(name = ""): Snapshot {
  return {
    seq: 0,
    at: 0,
    phase: "stopped",
    name,
    faultKinds: [],
    services: {},
    instances: {},
    faults: {},
    streams: {},
    loads: {},
    problems: {},
    counters: { services: {}, instances: {}, edges: {} },
    calls: [],
  };
}

/**
 * Carries a snapshot on by one fact; pure. Facts about things that are unknown change nothing:
 * they can only be late.
 */
export function reduce(snapshot: Snapshot, fact: Fact): Snapshot {
  const next = isCallFact(fact)
    ? { ...snapshot, calls: reduceCalls(snapshot.calls, fact) }
    : reduceState(snapshot, fact);
  return { ...next, seq: fact.seq, at: fact.at };
}

/** Carries a snapshot on by a batch; undefined when facts between the two were lost. */
export function reduceBatch(snapshot: Snapshot, batch: FactBatch): Snapshot | undefined {
  if (batch.to <= snapshot.seq) return snapshot;
  if (batch.from > snapshot.seq + 1) return undefined;
  let next = snapshot;
  for (const fact of batch.facts) if (fact.seq > snapshot.seq) next = reduce(next, fact);
  return { ...next, seq: batch.to };
}

/** The newest calls after one more fact; calls whose start is not among them are left alone. */
export function reduceCalls(calls: readonly CallTrace[], fact: CallFact): CallTrace[] {
  if (fact.kind === "call-started") return [...calls.slice(1 - KEPT_CALLS), openTrace(fact)];
  const index = calls.findLastIndex((call) => call.id === fact.call);
  const call = calls[index];
  if (call === undefined) return calls as CallTrace[];
  const next = calls.slice();
  next[index] = reduceTrace(call, fact);
  return next;
}

function reduceState(s: Snapshot, fact: StateFact): Snapshot {
  switch (fact.kind) {
    case "cluster-started":
      return { ...emptySnapshot(fact.name), phase: "starting", faultKinds: fact.faultKinds };
    case "cluster-became-ready":
      return { ...s, phase: "running" };
    case "cluster-stopping":
      return { ...s, phase: "stopping" };
    case "cluster-stopped":
      return { ...s, phase: "stopped", gateway: undefined, registry: undefined };
    case "cluster-failed":
      return { ...s, phase: "failed", failure: fact.message };
    case "gateway-opened":
      return { ...s, gateway: fact.address };
    case "registry-opened":
      return { ...s, registry: { kind: fact.registryKind, address: fact.address, revision: 1 } };
    case "registry-revised":
      return s.registry ? { ...s, registry: { ...s.registry, revision: fact.revision } } : s;
    case "service-defined": {
      const { state } = fact;
      const instances = withConfiguredWeights(s.instances, s.services[state.name], state);
      return { ...s, instances, services: { ...s.services, [state.name]: state } };
    }
    case "service-removed":
      return {
        ...s,
        services: without(s.services, fact.service),
        loads: without(s.loads, fact.service),
        counters: {
          ...s.counters,
          services: without(s.counters.services, fact.service),
          edges: Object.fromEntries(
            Object.entries(s.counters.edges).filter(([, edge]) => !isEdgeOf(edge, fact.service)),
          ),
        },
      };
    case "service-scaled":
      return withService(s, fact.service, { scale: fact.scale });
    case "server-set": {
      const { instance: id, weight = s.instances[id]?.weight ?? 1, admin } = fact;
      return withInstance(s, id, { weight, admin });
    }
    case "instance-created": {
      const { instance: id, service, runtime, weight, at: startedAt } = fact;
      const created: InstanceState = {
        id,
        service,
        phase: "starting",
        runtime,
        startedAt,
        weight,
        registered: false,
        health: "unknown",
        checks: [],
      };
      return { ...s, instances: { ...s.instances, [id]: created } };
    }
    case "instance-started":
      return withInstance(s, fact.instance, {
        phase: "running",
        pid: fact.pid,
        port: fact.port,
        startedAt: fact.at,
        exit: undefined,
      });
    case "instance-phase-changed":
      return withInstance(s, fact.instance, {
        phase: fact.phase,
        ...(fact.exit !== undefined && { exit: fact.exit }),
      });
    case "instance-removed":
      return {
        ...s,
        instances: without(s.instances, fact.instance),
        counters: { ...s.counters, instances: without(s.counters.instances, fact.instance) },
      };
    case "instance-printed":
      return s;
    case "lease-granted":
    case "lease-renewed":
      return withInstance(s, fact.instance, { lease: fact.lease });
    case "lease-ended":
      return withInstance(s, fact.instance, { lease: undefined });
    case "endpoint-added":
      // Whatever was known of its health was about an earlier life.
      return withInstance(s, fact.instance, { registered: true, health: "unknown" });
    case "endpoint-removed":
      return withInstance(s, fact.instance, {
        registered: false,
        lease: undefined,
        health: "unknown",
      });
    case "health-checked": {
      const known = s.instances[fact.instance];
      if (!known) return s;
      const checks = [...known.checks.slice(1 - KEPT_CHECKS), fact.check];
      return withInstance(s, fact.instance, { checks });
    }
    case "health-changed":
      return withInstance(s, fact.instance, { health: fact.health });
    case "breaker-changed":
      return withService(s, fact.service, { breaker: fact.breaker });
    case "fault-injected":
      return { ...s, faults: { ...s.faults, [fact.active.id]: fact.active } };
    case "fault-cleared":
      return { ...s, faults: without(s.faults, fact.id) };
    case "fault-counted": {
      const active = s.faults[fact.id];
      if (!active) return s;
      return { ...s, faults: { ...s.faults, [fact.id]: { ...active, touched: fact.touched } } };
    }
    case "instance-debugged":
      return withInstance(s, fact.instance, { debugged: fact.debugged });
    case "stream-changed":
      return { ...s, streams: { ...s.streams, [fact.state.id]: fact.state } };
    case "stream-reported": {
      const stream = s.streams[fact.id];
      return stream ? { ...s, streams: { ...s.streams, [fact.id]: withReport(stream, fact) } } : s;
    }
    case "stream-detached":
      return { ...s, streams: without(s.streams, fact.id) };
    case "load-started":
    case "load-changed":
      return { ...s, loads: { ...s.loads, [fact.load.service]: fact.load } };
    case "load-stopped":
      return { ...s, loads: without(s.loads, fact.service) };
    case "problem-found":
      return { ...s, problems: { ...s.problems, [fact.problem.key]: fact.problem } };
    case "problem-solved":
      return { ...s, problems: without(s.problems, fact.key) };
    case "counted": {
      const { services, instances, edges } = fact.counters;
      const counters = {
        services: { ...s.counters.services, ...services },
        instances: { ...s.counters.instances, ...instances },
        edges: { ...s.counters.edges, ...edges },
      };
      return { ...s, counters };
    }
  }
}

/** Whether an edge goes from or to a service. */
export function isEdgeOf({ from, fromKind, to }: EdgeCounters, service: string): boolean {
  return to === service || (fromKind === "service" && from === service);
}

function withService(s: Snapshot, name: string, change: Partial<ServiceState>): Snapshot {
  const known = s.services[name];
  return known ? { ...s, services: { ...s.services, [name]: { ...known, ...change } } } : s;
}

function withInstance(s: Snapshot, id: string, change: Partial<InstanceState>): Snapshot {
  const known = s.instances[id];
  return known ? { ...s, instances: { ...s.instances, [id]: { ...known, ...change } } } : s;
}

function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  if (!(key in record)) return record;
  const { [key]: _gone, ...rest } = record;
  return rest;
}
