import { z } from "zod";
import { Duration, Percentage, Size } from "./units.ts";

/*
 * The cluster file, `fuseboard.yaml`: its one definition. The JSON schema, the editor's
 * completion, the reference in README.md and every default come from here.
 */

/** A name that is safe in a URL path, an etcd key and a tree: `checkout`, `pay-v2`. */
export const ServiceName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,62}$/i,
    "Expected a service name of letters, digits and dashes that starts with a letter.",
  )
  .describe("Name of the service; callers reach it at `POST /<name>` of the gateway.");

export const Json: z.ZodType<JsonValue> = z.json() as z.ZodType<JsonValue>;
/** What `JSON.parse` can return. */
export type JsonValue =
  string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** Ids of the balancers of `simulator/balancing/index.ts`; a test keeps the two equal. */
export const BALANCERS = ["round-robin", "least-connections", "power-of-two"] as const;
export const BalancerId = z.enum(BALANCERS);
export type BalancerId = z.infer<typeof BalancerId>;

/** Ids of the engines of `simulator/resilience/breakers/index.ts`; a test keeps the two equal. */
export const BREAKERS = ["consecutive", "sampling", "count"] as const;
export type BreakerEngineId = (typeof BREAKERS)[number];

const Registry = z
  .strictObject({
    kind: z
      .literal("embedded")
      .default("embedded")
      .describe("`embedded`: an etcd v3 server inside the simulator."),
    port: z
      .number()
      .int()
      .min(0)
      .max(65_535)
      .default(0)
      .describe("Port of the embedded etcd on 127.0.0.1; 0 takes a free one."),
    leaseTtl: Duration.default(5000).describe(
      "Lifetime of an instance's lease; a killed instance stays registered this long. At least 2s, as in etcd; whole seconds.",
    ),
  })
  .describe("Where instances are registered and found.");

const Gateway = z
  .strictObject({
    port: z
      .number()
      .int()
      .min(0)
      .max(65_535)
      .default(0)
      .describe("Port of the gateway on 127.0.0.1; 0 takes a free one."),
    maxBody: Size.default(1024 * 1024).describe(
      "Largest request body that the gateway takes; larger ones get 413.",
    ),
  })
  .describe("How everyone calls.");

/** The distribution of a synthetic instance's answer time. Milliseconds once parsed. */
export const Latency = z
  .union([
    Duration.transform((ms) => ({ kind: "constant" as const, ms })),
    z.strictObject({
      kind: z.literal("constant"),
      ms: Duration.describe("Every answer takes this long."),
    }),
    z.strictObject({
      kind: z.literal("uniform"),
      min: Duration.describe("The shortest."),
      max: Duration.describe("The longest."),
    }),
    z.strictObject({
      kind: z.literal("normal"),
      mean: Duration.describe("The mean; what would be negative is 0."),
      deviation: Duration.describe("The standard deviation."),
    }),
    z.strictObject({
      kind: z.literal("exponential"),
      mean: Duration.describe("The mean."),
    }),
  ])
  .describe("A duration, or a distribution: constant, uniform, normal or exponential.");
export type Latency = z.output<typeof Latency>;

const Synthetic = z
  .strictObject({
    latency: Latency.default({ kind: "constant", ms: 10 }).describe(
      "How long an answer takes: a duration, or a distribution.",
    ),
    errorRate: Percentage.default(0).describe("Share of the calls answered with status 500."),
    body: Json.default({ ok: true }).describe("The answer's JSON body."),
  })
  .describe("An instance without code: a given latency distribution and error rate.");

const Balancer = z
  .strictObject({
    algorithm: BalancerId.default("round-robin").describe(
      "`round-robin` (nginx's smooth weighted one), `least-connections` or `power-of-two`.",
    ),
    weights: z
      .array(z.number().int().min(1).max(65_535))
      .optional()
      .describe("Weight of the first, second, … instance; 1 where none is given."),
  })
  .describe("Who gets a call.");

const Health = z
  .strictObject({
    http: z
      .string()
      .startsWith("/")
      .default("/health")
      .describe("Path that is asked with GET; any 2xx is a pass."),
    interval: Duration.default(2000).describe("Pause between two checks (HAProxy's `inter`)."),
    timeout: Duration.default(1000).describe("A check that takes longer has failed."),
    rise: z.number().int().min(1).default(2).describe("Passes in a row until healthy again."),
    fall: z.number().int().min(1).default(3).describe("Failures in a row until unhealthy."),
  })
  .describe("Active health checks; defaults are HAProxy's.");

/** What a retry answers to. `5xx` or a status such as `503` matches the instance's answer. */
export const RetryOn = z.union([
  z.enum(["error", "timeout", "5xx"]),
  z.number().int().min(400).max(599),
]);

const Retry = z
  .strictObject({
    attempts: z
      .number()
      .int()
      .min(1)
      .max(20)
      .default(2)
      .describe("Attempts in all, the first one included."),
    backoff: z
      .enum(["constant", "exponential"])
      .default("exponential")
      .describe("How the pause between attempts grows."),
    initial: Duration.default(128).describe("The first pause (cockatiel's default)."),
    max: Duration.default(30_000).describe("The longest pause."),
    jitter: z
      .enum(["none", "full", "half", "decorrelated"])
      .default("decorrelated")
      .describe("How pauses of the exponential backoff are spread (cockatiel's generators)."),
    on: z
      .array(RetryOn)
      .default(["error", "timeout", "5xx"])
      .describe("`error` (no connection, or broken off), `timeout`, `5xx`, or a status."),
    nonIdempotent: z
      .boolean()
      .default(false)
      .describe(
        "Retry even after the call was sent (nginx's `non_idempotent`). Otherwise a sent call is retried only if it carries an `Idempotency-Key`.",
      ),
  })
  .describe("Try again, at another instance when there is one.");

const halfOpenAfter = Duration.default(5000).describe("Pause until one probe is let through.");
/** Settings of one breaker; the engine names which. Names and meanings are cockatiel's. */
export const Breaker = z
  .discriminatedUnion("engine", [
    z
      .strictObject({
        engine: z.literal("consecutive"),
        threshold: z.number().int().min(1).default(5).describe("Failures in a row that open."),
        halfOpenAfter,
      })
      .describe("Opens after so many failures in a row."),
    z
      .strictObject({
        engine: z.literal("sampling"),
        threshold: Percentage.default(0.5).describe("Opens above this share of failures."),
        duration: Duration.default(10_000).describe("The window."),
        minimumRps: z
          .number()
          .positive()
          .optional()
          .describe("Calls per second below which it does not open; default 5 / threshold."),
        halfOpenAfter,
      })
      .describe("Opens when the share of failures over a time window is too high."),
    z
      .strictObject({
        engine: z.literal("count"),
        threshold: Percentage.default(0.5).describe("Opens above this share of failures."),
        size: z.number().int().min(1).default(100).describe("The window: the last so many calls."),
        minimumCalls: z
          .number()
          .int()
          .min(1)
          .optional()
          .describe("Calls needed before it may open; default `size`."),
        halfOpenAfter,
      })
      .describe("Opens when the share of failures over the last calls is too high."),
  ])
  .describe("Circuit breaker in front of the service.");
export type BreakerSpec = z.output<typeof Breaker>;

const Bulkhead = z
  .strictObject({
    concurrent: z.number().int().min(1).default(10).describe("Attempts at the same time."),
    queue: z.number().int().min(0).default(0).describe("Attempts that may wait for a place."),
  })
  .describe("Limits concurrent attempts; those beyond are rejected.");

const Fallback = z
  .union([
    z.strictObject({ value: Json.describe("Answered with status 200.") }),
    z.strictObject({ service: ServiceName.describe("Service that is called instead.") }),
  ])
  .describe("What is answered when everything else failed: a value, or another service.");

const sharedServiceFields = {
  instances: z.number().int().min(0).max(100).default(3).describe("How many instances run."),
  calls: z
    .array(ServiceName)
    .default([])
    .describe("Services that this one calls; draws the edges before the first call."),
  balancer: Balancer.prefault({}),
  health: Health.prefault({}),
  timeout: Duration.default(1000).describe("Longest time of one attempt (Hystrix's default)."),
  retry: Retry.optional(),
  breaker: Breaker.optional(),
  bulkhead: Bulkhead.optional(),
  fallback: Fallback.optional(),
};

/** One service. Exactly one of `function` and `synthetic` says what an instance runs. */
export const ServiceSpec = z
  .strictObject({
    function: z
      .string()
      .regex(
        /^[^#]+#[\w$]+$/,
        "Expected `<file>#<export>`, such as functions/checkout.ts#checkout.",
      )
      .optional()
      .describe("`<file>#<export>` of a TypeScript or JavaScript function, relative to this file."),
    synthetic: Synthetic.optional(),
    ...sharedServiceFields,
  })
  .refine((service) => (service.function === undefined) !== (service.synthetic === undefined), {
    message: "A service needs exactly one of `function` and `synthetic`.",
  });
export type ServiceSpec = z.output<typeof ServiceSpec>;

export const ClusterSpec = z
  .strictObject({
    version: z.literal(1).describe("Version of this format."),
    registry: Registry.prefault({}),
    gateway: Gateway.prefault({}),
    services: z.record(ServiceName, ServiceSpec).describe("The services of the cluster, by name."),
  })
  .describe("A Fuseboard cluster file.");

/** A cluster file after parsing: every default filled in, durations in ms, shares of 1. */
export type ClusterSpec = z.output<typeof ClusterSpec>;
/** A cluster file as it is written. */
export type ClusterFile = z.input<typeof ClusterSpec>;
/** A service as it is written in a cluster file. */
export type ServiceFile = z.input<typeof ServiceSpec>;
