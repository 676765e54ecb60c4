import { parseClusterFile } from "../../../simulator/protocol/cluster-file.ts";
import type {
  ActiveFault,
  CallTrace,
  InstanceState,
  ServiceState,
  Snapshot,
  StreamCommand,
  StreamState,
} from "../../../simulator/protocol/model.ts";
import { FAULTS } from "../../../simulator/protocol/model.ts";
import { emptySnapshot } from "../../../simulator/protocol/reduce.ts";

const FILE = `
version: 1
services:
  checkout:
    instances: 3
    calls: [inventory, payments]
    breaker: { engine: sampling }
    synthetic: { latency: 10ms }
  inventory:
    instances: 3
    calls: [stock]
    breaker: { engine: hystrix }
    synthetic: { latency: 10ms }
  payments:
    instances: 3
    calls: [stock]
    timeout: 400ms
    retry: { attempts: 3 }
    breaker: { engine: hystrix-go }
    bulkhead: { concurrent: 20 }
    fallback: { value: { status: queued } }
    synthetic: { latency: 10ms }
  stock:
    instances: 2
    breaker: { engine: consecutive }
    synthetic: { latency: 10ms }
`;

/** A cluster in states that a real one is rarely in all at once. */
export function madeUpCluster(now: number): Snapshot {
  const parsed = parseClusterFile(FILE);
  if (!parsed.ok) throw new Error(parsed.errors[0]?.message);
  const services: Record<string, ServiceState> = {};
  const instances: Record<string, InstanceState> = {};
  for (const [name, spec] of Object.entries(parsed.spec.services)) {
    services[name] = { name, spec, algorithm: "round-robin", scale: spec.instances };
    for (let i = 1; i <= spec.instances; i++) instances[`${name}-${i}`] = instance(name, i, now);
  }
  Object.assign(services.checkout ?? {}, {
    breaker: {
      engine: "sampling",
      status: "half-open",
      since: now - 400,
      reason: "The pause of 5s is over: one probe was let through.",
      transitions: 3,
    },
  });
  Object.assign(services.inventory ?? {}, {
    breaker: {
      engine: "hystrix",
      status: "forced-open",
      since: now - 8000,
      until: now + 22_000,
      reason: "Tripped by hand for 30s.",
      transitions: 1,
    },
  });
  Object.assign(services.payments ?? {}, {
    breaker: {
      engine: "hystrix-go",
      status: "open",
      since: now - 3100,
      probeAt: now + 1900,
      reason: "14 of 24 requests in the last 10s were errors: 58% is at or above 50%.",
      transitions: 7,
    },
  });
  Object.assign(services.stock ?? {}, {
    breaker: {
      engine: "consecutive",
      status: "closed",
      since: now - 60_000,
      reason: "Nothing has opened it yet.",
      transitions: 0,
    },
  });
  const held = instances["checkout-2"];
  if (held) Object.assign(held, { debugged: true, health: "failing" });
  return {
    ...emptySnapshot("shop"),
    seq: 1000,
    at: now,
    phase: "running",
    gateway: "http://127.0.0.1:41873",
    registry: { kind: "embedded", address: "127.0.0.1:2379", revision: 1284 },
    services,
    instances,
    faultKinds: [...FAULTS],
    faults: Object.fromEntries(faults(now).map((active) => [active.id, active])),
    streams: Object.fromEntries(streams(now).map((stream) => [stream.id, stream])),
    counters: counters(Object.keys(instances)),
    calls: calls(now),
  };
}

function instance(service: string, ordinal: number, now: number): InstanceState {
  const id = `${service}-${String(ordinal)}`;
  return {
    id,
    service,
    phase: "running",
    runtime: "synthetic",
    pid: 4000 + ordinal,
    port: 41_000 + ordinal,
    startedAt: now - 90_000,
    weight: 1,
    registered: true,
    lease: { id: `70000${String(ordinal)}`, ttlMs: 10_000, expiresAt: now + 8000 },
    health: "passing",
    checks: Array.from({ length: 12 }, (_, i) => ({
      at: now - (12 - i) * 1000,
      ok: true,
      ms: 1 + (i % 3),
      output: "200 OK",
    })),
  };
}

function faults(now: number): ActiveFault[] {
  return [
    {
      id: "fault-1",
      target: { instance: "payments-3" },
      fault: { kind: "script", script: "2 × 503, 1 × timeout, ok", repeat: true },
      since: now - 5000,
      until: now + 12_000,
      touched: 31,
    },
    {
      id: "fault-2",
      target: { service: "payments" },
      fault: { kind: "latency", latency: { kind: "normal", mean: 200, deviation: 50 } },
      conditions: {
        probability: 0.3,
        match: { path: "/orders/*", method: "POST", caller: "checkout" },
        seed: 7,
      },
      since: now + 4000,
      until: now + 64_000,
      touched: 0,
    },
    {
      id: "fault-3",
      target: { from: "payments", to: "stock" },
      fault: { kind: "partition" },
      since: now - 3000,
      touched: 12,
    },
    {
      id: "fault-4",
      target: { from: "checkout", to: "inventory" },
      fault: { kind: "latency", latency: { kind: "constant", ms: 120 } },
      since: now - 3000,
      until: now + 30_000,
      touched: 204,
    },
  ];
}

function streams(now: number): StreamState[] {
  const common = { since: now - 40_000, leftOut: 0, pools: {} };
  const pool = {
    name: "GetRecommendations",
    active: 3,
    size: 10,
    maximum: 10,
    queued: 0,
    executed: 412,
    rejected: 4,
  };
  return [
    {
      ...common,
      id: "stream-1",
      name: "recommender",
      url: "http://127.0.0.1:8081/hystrix.stream",
      format: "hystrix-go",
      status: "connected",
      commands: byName([
        command("GetRecommendations", { isOpen: true, errorPercentage: 61, requestCount: 412 }),
        command("GetUserProfile", { requestCount: 980, errorPercentage: 2 }),
        command("audit/write", { requestCount: 0 }),
      ]),
      pools: { GetRecommendations: pool },
    },
    {
      ...common,
      id: "stream-2",
      name: "turbine.internal:8989",
      url: "http://turbine.internal:8989/turbine.stream?cluster=prod",
      format: "turbine",
      status: "lost",
      problem: "The connection was closed; it is tried again in 4s.",
      leftOut: 0,
      commands: byName(
        Array.from({ length: 500 }, (_, i) =>
          command(`Command${String(i + 1)}`, {
            requestCount: 40 + ((i * 37) % 900),
            errorPercentage: (i * 13) % 7,
            isOpen: i === 120,
          }),
        ),
      ),
    },
  ];
}

function command(name: string, change: Partial<StreamCommand>): StreamCommand {
  const requestCount = change.requestCount ?? 0;
  const errors = Math.round((requestCount * (change.errorPercentage ?? 0)) / 100);
  return {
    name,
    group: name,
    isOpen: false,
    errorPercentage: 0,
    errorCount: errors,
    requestCount,
    rollingCounts: {
      Success: requestCount - errors,
      ...(errors > 0 && {
        Failure: Math.ceil(errors / 3),
        Timeout: Math.floor(errors / 3),
        ShortCircuited: Math.floor(errors / 3),
        FallbackSuccess: errors,
      }),
    },
    concurrent: 3,
    latencyMean: 18,
    latency: { "0": 2, "25": 9, "50": 14, "75": 22, "90": 40, "95": 61, "99": 140, "100": 190 },
    settings: {
      circuitBreakerRequestVolumeThreshold: 20,
      circuitBreakerSleepWindowInMilliseconds: 5000,
      circuitBreakerErrorThresholdPercentage: 50,
      circuitBreakerForceOpen: false,
      executionIsolationStrategy: "THREAD",
      metricsRollingStatisticalWindowInMilliseconds: 10_000,
    },
    hosts: 1,
    ...change,
  };
}

function byName(commands: readonly StreamCommand[]): Record<string, StreamCommand> {
  return Object.fromEntries(commands.map((one) => [one.name, one]));
}

function counters(instances: readonly string[]): Snapshot["counters"] {
  const service = {
    calls: 1204,
    outcomes: {
      success: 940,
      fallback: 190,
      failure: 30,
      timeout: 22,
      "short-circuit": 22,
      rejected: 0,
      unavailable: 0,
      canceled: 0,
    },
    attempts: 1420,
    retries: 216,
    shortCircuits: 48,
    rejections: 0,
    timeouts: 31,
    perSecond: 41,
    p50: 18,
    p95: 212,
    p99: 390,
  };
  const edge = (from: string, fromKind: "service" | "load", to: string, failed: number) => ({
    from,
    fromKind,
    to,
    calls: 1204,
    failed,
    fallbacks: to === "payments" ? 190 : 0,
    perSecond: 41,
  });
  return {
    services: { checkout: service, inventory: service, payments: service, stock: service },
    instances: Object.fromEntries(
      instances.map((id, i) => [
        id,
        { picks: 300 + i * 40, succeeded: 300, failed: i, inFlight: 1, p50: 12, p95: 60 },
      ]),
    ),
    edges: {
      "load>checkout": edge("load", "load", "checkout", 22),
      "checkout>inventory": edge("checkout", "service", "inventory", 10),
      "checkout>payments": edge("checkout", "service", "payments", 700),
      "inventory>stock": edge("inventory", "service", "stock", 0),
    },
  };
}

function calls(now: number): CallTrace[] {
  return Array.from({ length: 24 }, (_, i): CallTrace => {
    const startedAt = now - 6000 + i * 200;
    const failed = i % 5 > 2;
    return {
      id: (0xabc000 + i).toString(16).padStart(16, "0"),
      traceId: "0".repeat(32),
      service: i % 2 ? "payments" : "inventory",
      caller: { kind: "instance", instance: "checkout-1", service: "checkout" },
      client: "10.0.0.1",
      method: "POST",
      uri: "/",
      startedAt,
      endedAt: startedAt + 20 + ((i * 17) % 150),
      attempts: [
        {
          number: 1,
          startedAt,
          endedAt: startedAt + 20 + ((i * 17) % 150),
          instance: `${i % 2 ? "payments" : "inventory"}-${String(1 + (i % 3))}`,
          outcome: failed ? "failure" : "success",
          status: failed ? 503 : 200,
        },
      ],
      outcome: failed ? "failure" : "success",
      status: failed ? 503 : 200,
    };
  });
}
