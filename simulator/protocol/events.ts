import { z } from "zod";
import {
  ActiveFault,
  FaultKindId,
  AttemptOutcome,
  BreakerState,
  CallId,
  CallSubjectParts,
  Caller,
  Counters,
  Decision,
  FallbackKind,
  HealthCheck,
  HealthStatus,
  InstanceId,
  InstancePhase,
  Lease,
  LoadState,
  Outcome,
  Problem,
  ServerAdmin,
  ServiceState,
  StreamCommand,
  StreamPool,
  StreamState,
} from "./model.ts";
import { ServiceName } from "./spec.ts";

/*
 * The facts. Each has a past-tense `kind`, a sequence number without gaps and a time.
 * A fact says all that `reduce` needs; nothing in the core listens to them to decide anything.
 */

const stamp = {
  /** Position in the log: 1, 2, 3, … without gaps. */
  seq: z.number().int(),
  /** Milliseconds since the epoch. */
  at: z.number(),
};
const fact = <K extends string, S extends z.ZodRawShape>(kind: K, shape: S) =>
  z.object({ kind: z.literal(kind), ...stamp, ...shape });

const instance = { instance: InstanceId };
const service = { service: ServiceName };
const call = { call: CallId };

/** Facts about the cluster: few, and never left out on the way to the eyes. */
export const StateFact = z.discriminatedUnion("kind", [
  fact("cluster-started", {
    name: z.string(),
    /** Kinds of faults that this platform can inject. */
    faultKinds: z.array(FaultKindId),
  }),
  fact("cluster-became-ready", {}),
  fact("cluster-stopping", {}),
  fact("cluster-stopped", {}),
  fact("cluster-failed", { message: z.string() }),
  fact("gateway-opened", { address: z.string() }),
  fact("registry-opened", { registryKind: z.string(), address: z.string() }),
  /** The registry's revision, as the gateway's watch saw it; at most ten times a second. */
  fact("registry-revised", { revision: z.number() }),
  /** A service came, or any of its definition changed. */
  fact("service-defined", { state: ServiceState }),
  fact("service-removed", { ...service }),
  fact("service-scaled", { ...service, scale: z.number() }),
  /** The weight or state of an instance in the balancer was set by hand. */
  fact("server-set", {
    ...instance,
    weight: z.number().optional(),
    admin: ServerAdmin.optional(),
  }),
  fact("instance-created", { ...instance, ...service, runtime: z.string(), weight: z.number() }),
  /** Without a process id it is a program of the user's, that ran already. */
  fact("instance-started", { ...instance, pid: z.number().optional(), port: z.number() }),
  /** A new phase of its life, such as draining; `exit` when its process ended. */
  fact("instance-phase-changed", {
    ...instance,
    phase: InstancePhase,
    exit: z.string().optional(),
  }),
  /** It is forgotten: gone from tree and graph. */
  fact("instance-removed", { ...instance }),
  fact("instance-printed", {
    ...instance,
    stream: z.enum(["stdout", "stderr", "log"]),
    /** One line without its end; longer ones are cut at 8 KiB. */
    line: z.string(),
    /** Call during which `context.log` was called. */
    call: CallId.optional(),
  }),
  fact("lease-granted", { ...instance, lease: Lease }),
  fact("lease-renewed", { ...instance, lease: Lease }),
  /** It ran out (`expired`) or was given back (`revoked`). */
  fact("lease-ended", { ...instance, because: z.enum(["expired", "revoked"]) }),
  /** The gateway found it in the registry. */
  fact("endpoint-added", { ...instance, ...service, address: z.string(), revision: z.number() }),
  /** The gateway saw it leave the registry. */
  fact("endpoint-removed", { ...instance, ...service, revision: z.number() }),
  fact("health-checked", { ...instance, check: HealthCheck }),
  fact("health-changed", { ...instance, health: HealthStatus }),
  fact("breaker-changed", { ...service, breaker: BreakerState }),
  fact("fault-injected", { active: ActiveFault }),
  fact("fault-cleared", { id: z.string(), because: z.enum(["asked", "expired", "target-gone"]) }),
  /** It has touched so many attempts; at most ten times a second. */
  fact("fault-counted", { id: z.string(), touched: z.number() }),
  /** A debugger holds an instance, or has let it go. */
  fact("instance-debugged", { ...instance, debugged: z.boolean() }),
  /** A stream was attached, or its connection changed. */
  fact("stream-changed", { state: StreamState }),
  /** What an attached stream told of since the last report; at most twice a second. */
  fact("stream-reported", {
    id: z.string(),
    commands: z.array(StreamCommand),
    pools: z.array(StreamPool),
    /** Commands and pools that it has not told of for long. */
    goneCommands: z.array(z.string()),
    gonePools: z.array(z.string()),
    leftOut: z.number(),
  }),
  fact("stream-detached", { id: z.string() }),
  fact("load-started", { load: LoadState }),
  fact("load-changed", { load: LoadState }),
  fact("load-stopped", { ...service }),
  fact("problem-found", { problem: Problem }),
  fact("problem-solved", { key: z.string() }),
  /** Totals of what changed; ten times a second while calls are made. */
  fact("counted", { counters: Counters }),
]);
export type StateFact = z.infer<typeof StateFact>;

/** Facts about calls: many; on the way to the eyes whole calls may be left out. */
export const CallFact = z.discriminatedUnion("kind", [
  fact("call-started", {
    ...call,
    ...service,
    traceId: z.string(),
    parent: CallId.optional(),
    caller: Caller,
    ...CallSubjectParts,
  }),
  /** An attempt asked the balancer and goes to `instance`; without one there was nobody. */
  fact("attempt-started", {
    ...call,
    number: z.number(),
    instance: InstanceId.optional(),
    decision: Decision.optional(),
    /** Time in the balancer's queue, in ms. */
    queuedMs: z.number().optional(),
    /** When it began, where that was heard of only later: from a program's log. */
    startedAt: z.number().optional(),
    /** Whether it runs beside an earlier one that was slow. */
    hedge: z.literal(true).optional(),
  }),
  /** Also for attempts that breaker or bulkhead refused; those never started. */
  fact("attempt-ended", {
    ...call,
    number: z.number(),
    outcome: AttemptOutcome,
    status: z.number().optional(),
    error: z.string().optional(),
    faults: z.array(z.string()).optional(),
    /** The pick as the log of the program tells it that made it; replaces what was known before. */
    decision: Decision.optional(),
    /** When it was over, where that was heard of only later. */
    endedAt: z.number().optional(),
  }),
  fact("retry-scheduled", { ...call, number: z.number(), backoffMs: z.number() }),
  fact("fallback-used", {
    ...call,
    fallback: FallbackKind,
    because: AttemptOutcome,
    target: ServiceName.optional(),
  }),
  fact("call-ended", {
    ...call,
    outcome: Outcome,
    status: z.number().optional(),
    error: z.string().optional(),
  }),
]);
export type CallFact = z.infer<typeof CallFact>;

export const Fact = z.union([StateFact, CallFact]);
export type Fact = StateFact | CallFact;

const CALL_KINDS: ReadonlySet<string> = new Set(
  CallFact.options.map((option) => option.shape.kind.value),
);
export function isCallFact(fact: Fact): fact is CallFact {
  return CALL_KINDS.has(fact.kind);
}

type WithoutStamp<F> = F extends unknown ? Omit<F, "seq" | "at"> : never;
/** A fact before the log stamped it. */
export type NewFact = WithoutStamp<Fact>;

/**
 * Facts on their way to the eyes. It stands for the sequence numbers `from` to `to`, also where
 * facts of calls were left out; the next batch must begin at `to + 1`, else facts were lost and
 * the receiver asks for a snapshot.
 */
export const FactBatch = z.object({
  from: z.number().int(),
  to: z.number().int(),
  facts: z.array(Fact),
});
export type FactBatch = z.infer<typeof FactBatch>;
