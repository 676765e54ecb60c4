import { z } from "zod";
import { InstanceId } from "./ids.ts";
import { BreakerState } from "./breaker-model.ts";
import { CallTrace } from "./call-model.ts";
import { Counters } from "./counters.ts";
import { ActiveFault, FaultKindId } from "./fault-model.ts";
import type { ServiceSpec } from "./spec.ts";
import { StreamState } from "./stream-model.ts";
import { BalancerId, Json, ServiceName } from "./spec.ts";

export * from "./breaker-model.ts";
export * from "./call-model.ts";
export * from "./counters.ts";
export * from "./fault-model.ts";
export * from "./ids.ts";
export * from "./stream-model.ts";

/*
 * What there is: the state that the eyes draw. All times are milliseconds since the epoch
 * (fractions allowed), all durations milliseconds, unless a name says otherwise.
 */

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

/** What an operator said of a server, as by HAProxy's `set server … state`. */
export const ServerAdmin = z.enum(["ready", "drain", "down"]);
export type ServerAdmin = z.infer<typeof ServerAdmin>;

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
  /** Set by hand; absent: as the configuration says. */
  admin: ServerAdmin.optional(),
  /** A debugger holds it: its checks, its lease and its failures do not count. */
  debugged: z.boolean().optional(),
  /** Whether the gateway has found it in the registry. */
  registered: z.boolean(),
  lease: Lease.optional(),
  health: HealthStatus,
  /** The last 30 checks, oldest first. */
  checks: z.array(HealthCheck),
});
export type InstanceState = z.infer<typeof InstanceState>;

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
  /** The service whose fallback function it runs; it comes and goes with that one. */
  fallbackOf: ServiceName.optional(),
});
export type ServiceState = z.infer<typeof ServiceState>;

/** Different callers that a load plays, unless its shape says otherwise. */
export const DEFAULT_CLIENTS = 100;

/**
 * Each call of a load comes from one of so many addresses 10.x.y.z, and asks a service that is not
 * a function for one of so many paths `/item/<n>`: that is what algorithms hash.
 */
const clients = z.number().int().min(1).max(1_000_000).optional();

/** How calls are made by a load generator. */
export const LoadShape = z.discriminatedUnion("kind", [
  z
    .object({
      kind: z.literal("open"),
      arrivals: z.enum(["constant", "poisson"]).default("constant"),
      perSecond: z.number().positive().max(20_000),
      clients,
    })
    .describe("Open loop: calls start at a rate, whatever the answers do."),
  z
    .object({
      kind: z.literal("closed"),
      callers: z.number().int().positive().max(1000),
      pauseMs: z.number().min(0).max(86_400_000).default(0),
      clients,
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
  /** Kinds of faults that the platform can inject. */
  faultKinds: z.array(FaultKindId),
  faults: z.record(z.string(), ActiveFault),
  /** Streams of other programs that it is attached to. */
  streams: z.record(z.string(), StreamState),
  loads: z.record(z.string(), LoadState),
  problems: z.record(z.string(), Problem),
  counters: Counters,
  /** The newest calls that the eyes were given, oldest first, at most 300. */
  calls: z.array(CallTrace),
});
export type Snapshot = z.infer<typeof Snapshot>;
