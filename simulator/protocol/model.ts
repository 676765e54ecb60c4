import { z } from "zod";
import type { ServiceSpec } from "./spec.ts";
import { BalancerId, Json, ServiceName } from "./spec.ts";

/*
 * What there is: the state that the eyes draw. All times are milliseconds since the epoch
 * (fractions allowed), all durations milliseconds, unless a name says otherwise.
 */

export const InstanceId = z.string().min(1).describe("`<service>-<ordinal>`, such as checkout-1");
export const CallId = z.string().regex(/^[0-9a-f]{16}$/);

/** Where an instance stands in its life. `frozen` is SIGSTOP; `killed` was by a fault. */
export const InstancePhase = z.enum([
  "starting",
  "running",
  "draining",
  "frozen",
  "stopped",
  "killed",
  "crashed",
]);
export type InstancePhase = z.infer<typeof InstancePhase>;

/** Result of the health checks after rise and fall. */
export const HealthStatus = z.enum(["unknown", "passing", "failing"]);
export type HealthStatus = z.infer<typeof HealthStatus>;

export const HealthCheck = z.object({
  at: z.number(),
  ok: z.boolean(),
  ms: z.number(),
  /** `200 OK`, `connect ECONNREFUSED`, `timeout after 1000 ms` */
  output: z.string(),
});
export type HealthCheck = z.infer<typeof HealthCheck>;

export const Lease = z.object({
  /** Decimal text of etcd's 64-bit lease id. */
  id: z.string(),
  ttlMs: z.number(),
  /** When it runs out unless renewed. */
  expiresAt: z.number(),
});
export type Lease = z.infer<typeof Lease>;

/** Ids of the faults of `simulator/faults/index.ts`; a test keeps the two equal. */
export const FAULTS = [
  "kill",
  "freeze",
  "restart",
  "latency",
  "error-rate",
  "refuse-connections",
] as const;

/** What a fault does, with its options. */
export const FaultSpec = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("kill") }).describe("SIGKILL; with a duration it starts again."),
  z.object({ kind: z.literal("freeze") }).describe("SIGSTOP until taken back (SIGCONT)."),
  z.object({ kind: z.literal("restart") }).describe("Graceful stop, then start."),
  z
    .object({
      kind: z.literal("latency"),
      ms: z.number().min(0).max(600_000),
      jitterMs: z.number().min(0).max(600_000).default(0),
    })
    .describe("Every answer comes later by ms ± jitterMs (uniform)."),
  z
    .object({
      kind: z.literal("error-rate"),
      rate: z.number().min(0).max(1),
      status: z.number().int().min(400).max(599).default(503),
    })
    .describe("A share of the calls is answered with `status` and does not reach the function."),
  z.object({ kind: z.literal("refuse-connections") }).describe("Connections are refused."),
]);
export type FaultSpec = z.infer<typeof FaultSpec>;

/** One instance, or all instances of a service. */
export const FaultTarget = z.union([
  z.object({ instance: InstanceId }),
  z.object({ service: ServiceName }),
]);
export type FaultTarget = z.infer<typeof FaultTarget>;

export const ActiveFault = z.object({
  id: z.string(),
  target: FaultTarget,
  fault: FaultSpec,
  since: z.number(),
  /** When it is taken back by itself; absent: stays until cleared. */
  until: z.number().optional(),
});
export type ActiveFault = z.infer<typeof ActiveFault>;

export const InstanceState = z.object({
  id: InstanceId,
  service: ServiceName,
  phase: InstancePhase,
  runtime: z.string(),
  pid: z.number().optional(),
  port: z.number().optional(),
  startedAt: z.number(),
  /** Sentence on the last exit, such as `killed by SIGKILL`. */
  exit: z.string().optional(),
  weight: z.number(),
  /** Whether the gateway has found it in the registry. */
  registered: z.boolean(),
  lease: Lease.optional(),
  health: HealthStatus,
  /** The last 30 checks, oldest first. */
  checks: z.array(HealthCheck),
});
export type InstanceState = z.infer<typeof InstanceState>;

/** `forced-open` was tripped by hand; `held-closed` lets everything through by hand. */
export const BreakerStatus = z.enum(["closed", "open", "half-open", "forced-open", "held-closed"]);
export type BreakerStatus = z.infer<typeof BreakerStatus>;

export const BreakerState = z.object({
  engine: z.string(),
  status: BreakerStatus,
  since: z.number(),
  /** When a probe may pass; only while open. */
  probeAt: z.number().optional(),
  /** One sentence: why it is in this state. */
  reason: z.string(),
});
export type BreakerState = z.infer<typeof BreakerState>;

export const SourceLocation = z.object({
  /** Absolute path. */
  file: z.string(),
  /** 1-based; absent when the whole file is meant. */
  line: z.number().int().min(1).optional(),
  column: z.number().int().min(1).optional(),
});
export type SourceLocation = z.infer<typeof SourceLocation>;

export const ServiceState = z.object({
  name: ServiceName,
  /** The service as it runs now; durations in ms, percentages as fractions of 1. */
  spec: z.custom<ServiceSpec>((value) => typeof value === "object" && value !== null),
  /** Absolute path of the function's file, when it has one. */
  file: z.string().optional(),
  export: z.string().optional(),
  algorithm: BalancerId,
  /** Wanted number of instances. */
  scale: z.number(),
  /** Absent when the service has no breaker. */
  breaker: BreakerState.optional(),
});
export type ServiceState = z.infer<typeof ServiceState>;

/** How a call ended; every call has exactly one. */
export const Outcome = z.enum([
  /** The instance answered below 500. */
  "success",
  /** The fallback answered. */
  "fallback",
  /** The instance answered with 500 or above. */
  "failure",
  /** No answer in time. */
  "timeout",
  /** The breaker refused. */
  "short-circuit",
  /** The bulkhead refused. */
  "rejected",
  /** No instance, no connection, or the connection broke off. */
  "unavailable",
  /** The caller went away. */
  "canceled",
]);
export type Outcome = z.infer<typeof Outcome>;
/** How one attempt, or one layer, ended: an outcome without `fallback`. */
export const AttemptOutcome = Outcome.exclude(["fallback"]);
export type AttemptOutcome = z.infer<typeof AttemptOutcome>;

/** Why a candidate could not be picked. */
export const Exclusion = z.enum(["unhealthy", "unchecked", "draining", "tried"]);
export type Exclusion = z.infer<typeof Exclusion>;

export const Candidate = z.object({
  instance: InstanceId,
  weight: z.number(),
  inFlight: z.number(),
  /** The algorithm's own figure, whose meaning `Decision.score` names; absent: not looked at. */
  score: z.number().optional(),
  excluded: Exclusion.optional(),
});
export type Candidate = z.infer<typeof Candidate>;

/** The record of one pick. */
export const Decision = z.object({
  algorithm: BalancerId,
  /** What `Candidate.score` means and which wins, such as `current weight, highest wins`. */
  score: z.string(),
  candidates: z.array(Candidate),
  /** Absent when no candidate was eligible. */
  winner: InstanceId.optional(),
  /** One sentence: why the winner won. */
  reason: z.string(),
});
export type Decision = z.infer<typeof Decision>;

export const AttemptTrace = z.object({
  /** 1-based. */
  number: z.number(),
  startedAt: z.number(),
  endedAt: z.number().optional(),
  instance: InstanceId.optional(),
  decision: Decision.optional(),
  outcome: AttemptOutcome.optional(),
  /** The instance's HTTP status. */
  status: z.number().optional(),
  /** One sentence on what went wrong. */
  error: z.string().optional(),
  /** Faults that touched the attempt, by kind. */
  faults: z.array(z.string()).optional(),
  /** Pause after this attempt and before the next. */
  backoffMs: z.number().optional(),
});
export type AttemptTrace = z.infer<typeof AttemptTrace>;

/** Who called: an instance of the cluster, the editor, a load generator, or anyone else. */
export const Caller = z.union([
  z.object({ kind: z.literal("instance"), instance: InstanceId, service: ServiceName }),
  z.object({ kind: z.enum(["editor", "load", "external"]) }),
]);
export type Caller = z.infer<typeof Caller>;

/** Everything that happened to one call. */
export const CallTrace = z.object({
  id: CallId,
  /** W3C trace id; calls made while answering a call share it. */
  traceId: z.string(),
  /** The call during which this one was made. */
  parent: CallId.optional(),
  service: ServiceName,
  caller: Caller,
  startedAt: z.number(),
  endedAt: z.number().optional(),
  attempts: z.array(AttemptTrace),
  fallback: z
    .object({
      kind: z.enum(["value", "service"]),
      startedAt: z.number(),
      /** What made it necessary. */
      because: AttemptOutcome,
      service: ServiceName.optional(),
    })
    .optional(),
  outcome: Outcome.optional(),
  /** HTTP status answered to the caller. */
  status: z.number().optional(),
  error: z.string().optional(),
});
export type CallTrace = z.infer<typeof CallTrace>;

/** Counts since the cluster started; exact. */
export const ServiceCounters = z.object({
  calls: z.number(),
  /** Ended calls by outcome. `calls` minus their sum is in flight. */
  outcomes: z.record(Outcome, z.number()),
  attempts: z.number(),
  retries: z.number(),
  /** Calls refused by the breaker at any attempt. */
  shortCircuits: z.number(),
  rejections: z.number(),
  timeouts: z.number(),
  /** Calls started, over the last 3 s. */
  perSecond: z.number(),
  /** Percentiles of ended calls over the last 10 s; 0 without any. */
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
});
export type ServiceCounters = z.infer<typeof ServiceCounters>;

export const InstanceCounters = z.object({
  picks: z.number(),
  succeeded: z.number(),
  failed: z.number(),
  inFlight: z.number(),
  p50: z.number(),
  p95: z.number(),
});
export type InstanceCounters = z.infer<typeof InstanceCounters>;

/** Calls from one caller to one service. */
export const EdgeCounters = z.object({
  /** A service's name, or `editor`, `load`, `external`. */
  from: z.string(),
  fromKind: z.enum(["service", "editor", "load", "external"]),
  to: ServiceName,
  calls: z.number(),
  failed: z.number(),
  fallbacks: z.number(),
  perSecond: z.number(),
});
export type EdgeCounters = z.infer<typeof EdgeCounters>;

/** Totals of everything that changed since the last time; keys are names and ids. */
export const Counters = z.object({
  services: z.record(z.string(), ServiceCounters),
  instances: z.record(z.string(), InstanceCounters),
  /** Keyed `from>to`. */
  edges: z.record(z.string(), EdgeCounters),
});
export type Counters = z.infer<typeof Counters>;

/** How calls are made by a load generator. */
export const LoadShape = z.discriminatedUnion("kind", [
  z
    .object({
      kind: z.literal("open"),
      arrivals: z.enum(["constant", "poisson"]).default("constant"),
      perSecond: z.number().positive().max(20_000),
    })
    .describe("Open loop: calls start at a rate, whatever the answers do."),
  z
    .object({
      kind: z.literal("closed"),
      callers: z.number().int().positive().max(1000),
      pauseMs: z.number().min(0).max(86_400_000).default(0),
    })
    .describe("Closed loop: n callers, each waits for its answer."),
]);
export type LoadShape = z.infer<typeof LoadShape>;

export const LoadState = z.object({
  service: ServiceName,
  shape: LoadShape,
  payload: Json,
  since: z.number(),
});
export type LoadState = z.infer<typeof LoadState>;

/** Something that the user should mend. Replaced by the next problem with the same key. */
export const Problem = z.object({
  /** Such as `service:checkout` or `gateway`. */
  key: z.string(),
  severity: z.enum(["error", "warning"]),
  /** What happened and what to do. */
  message: z.string(),
  service: ServiceName.optional(),
  location: SourceLocation.optional(),
  at: z.number(),
});
export type Problem = z.infer<typeof Problem>;

export const ClusterPhase = z.enum(["stopped", "starting", "running", "stopping", "failed"]);
export type ClusterPhase = z.infer<typeof ClusterPhase>;

/** The whole state at one sequence number; `reduce` carries it on. */
export const Snapshot = z.object({
  /** Sequence number of the last fact in it. */
  seq: z.number(),
  at: z.number(),
  phase: ClusterPhase,
  /** Sentence on why it failed; only in phase `failed`. */
  failure: z.string().optional(),
  /** Name of the cluster: its folder's. */
  name: z.string(),
  gateway: z.string().optional(),
  registry: z.object({ kind: z.string(), address: z.string(), revision: z.number() }).optional(),
  services: z.record(z.string(), ServiceState),
  instances: z.record(z.string(), InstanceState),
  faults: z.record(z.string(), ActiveFault),
  loads: z.record(z.string(), LoadState),
  problems: z.record(z.string(), Problem),
  counters: Counters,
  /** The newest calls that the eyes were given, oldest first, at most 300. */
  calls: z.array(CallTrace),
});
export type Snapshot = z.infer<typeof Snapshot>;
