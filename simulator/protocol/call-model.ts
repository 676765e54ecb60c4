import { z } from "zod";
import { CallId, InstanceId } from "./ids.ts";
import { BalancerId, ServiceName } from "./spec.ts";

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

/** What answered otherwise. */
export const FallbackKind = z.enum(["value", "service", "function", "last-good"]);
export type FallbackKind = z.infer<typeof FallbackKind>;

/** Why a candidate could not be picked. */
export const Exclusion = z.enum([
  /** By its health checks. */
  "unhealthy",
  "unchecked",
  "draining",
  /** Taken out by hand or by the configuration. */
  "down",
  /** By this call, and there are others. */
  "tried",
  /** Failed too often: nginx's `max_fails`, HAProxy's `observe`. */
  "failed",
  /** By Envoy's outlier detection. */
  "ejected",
  /** At its limit of connections. */
  "full",
  /** A backup, and others are there. */
  "backup",
  /** Its weight is 0. */
  "no-weight",
]);
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
  /** The first hundred at most. */
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
  /** Time in the balancer's queue before it started. */
  queuedMs: z.number().optional(),
  /** Whether it ran beside an earlier one that was slow. */
  hedge: z.literal(true).optional(),
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

/** What balancers may look at in a call; headers are not kept. */
export const CallSubjectParts = {
  /** The caller's IP address. */
  client: z.string(),
  method: z.string(),
  /** Path and query as they stand on the request line. */
  uri: z.string(),
};

/** Everything that happened to one call. */
export const CallTrace = z.object({
  id: CallId,
  /** W3C trace id; calls made while answering a call share it. */
  traceId: z.string(),
  /** The call during which this one was made. */
  parent: CallId.optional(),
  service: ServiceName,
  caller: Caller,
  ...CallSubjectParts,
  startedAt: z.number(),
  endedAt: z.number().optional(),
  attempts: z.array(AttemptTrace),
  fallback: z
    .object({
      kind: FallbackKind,
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
