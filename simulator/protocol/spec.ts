import { z } from "zod";
import { Balancer } from "./balancer-spec.ts";
import { Breaker } from "./breaker-spec.ts";
import { Json } from "./json.ts";
import { Latency } from "./latency-spec.ts";
import { Bulkhead, Fallback, Hedge, Layers, RateLimit } from "./resilience-spec.ts";
import { Retry } from "./retry-spec.ts";
import { ServiceName } from "./service-name.ts";
import { Percentage, PositiveDuration, Size } from "./units.ts";

export * from "./balancer-spec.ts";
export * from "./breaker-spec.ts";
export * from "./json.ts";
export * from "./latency-spec.ts";
export * from "./resilience-spec.ts";
export * from "./retry-spec.ts";
export * from "./server-spec.ts";
export * from "./service-name.ts";

/*
 * The cluster file, `fuseboard.yaml`: its one definition. The JSON schema, the editor's
 * completion, the reference in README.md and every default come from here.
 */

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
    leaseTtl: PositiveDuration.default(5000).describe(
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

const Synthetic = z
  .strictObject({
    latency: Latency.default({ kind: "constant", ms: 10 }).describe(
      "How long an answer takes: a duration, or a distribution.",
    ),
    errorRate: Percentage.default(0).describe("Share of the calls answered with status 500."),
    body: Json.default({ ok: true }).describe("The answer's JSON body."),
  })
  .describe("An instance without code: a given latency distribution and error rate.");

const Health = z
  .strictObject({
    kind: z
      .enum(["http", "tcp", "none"])
      .default("http")
      .describe(
        "`http`: asks for a path; `tcp`: only connects, as HAProxy without `option httpchk`; `none`: no checks, eligible while registered, as for nginx, or HAProxy without `check`.",
      ),
    http: z
      .string()
      .startsWith("/")
      .default("/health")
      .describe("Path that is asked with GET; any 2xx is a pass."),
    interval: PositiveDuration.default(2000).describe(
      "Pause between two checks (HAProxy's `inter`).",
    ),
    fastInterval: PositiveDuration.optional().describe(
      "Pause while the status is changing (HAProxy's `fastinter`); default `interval`.",
    ),
    downInterval: PositiveDuration.optional().describe(
      "Pause while failing (HAProxy's `downinter`); default `interval`.",
    ),
    timeout: PositiveDuration.default(1000).describe("A check that takes longer has failed."),
    rise: z.number().int().min(1).default(2).describe("Passes in a row until healthy again."),
    fall: z.number().int().min(1).default(3).describe("Failures in a row until unhealthy."),
  })
  .describe("Active health checks; defaults are HAProxy's.");

const sharedServiceFields = {
  instances: z.number().int().min(0).max(100).default(3).describe("How many instances run."),
  calls: z
    .array(ServiceName)
    .default([])
    .describe("Services that this one calls; draws the edges before the first call."),
  balancer: Balancer.prefault({}),
  health: Health.prefault({}),
  timeout: PositiveDuration.default(1000).describe(
    "Longest time of one attempt (Hystrix's default).",
  ),
  fallback: Fallback.optional(),
  rateLimit: RateLimit.optional(),
  retry: Retry.optional(),
  hedge: Hedge.optional(),
  breaker: Breaker.optional(),
  bulkhead: Bulkhead.optional(),
  layers: Layers.prefault([]),
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
/** A service as it is written in a cluster file. */
export type ServiceFile = z.input<typeof ServiceSpec>;
