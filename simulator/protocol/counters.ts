import { z } from "zod";
import { Outcome } from "./call-model.ts";
import { ServiceName } from "./spec.ts";

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
