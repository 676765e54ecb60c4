import { z } from "zod";
import { Json } from "./json.ts";
import { ServiceName } from "./service-name.ts";
import { Duration, InnerPercentage, PositiveDuration } from "./units.ts";

/* What guards a service in the cluster file: retry, breaker, bulkhead and fallback. */

/** Ids of the engines of `simulator/resilience/breakers/index.ts`; a test keeps the two equal. */
export const BREAKERS = ["consecutive", "sampling", "count"] as const;
export type BreakerEngineId = (typeof BREAKERS)[number];

/** What a retry answers to. `5xx` or a status such as `503` matches the instance's answer. */
export const RetryOn = z.union([
  z.enum(["error", "timeout", "5xx"]),
  z.number().int().min(400).max(599),
]);

/** Again after a pause, at another instance when there is one. */
export const OwnRetry = z
  .strictObject({
    rules: z.literal("fuseboard").default("fuseboard").describe("These rules."),
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
export type OwnRetry = z.output<typeof OwnRetry>;

/** nginx's `proxy_next_upstream`, `_tries` and `_timeout`. */
export const NginxRetry = z
  .strictObject({
    rules: z.literal("nginx"),
    on: z
      .array(
        z.enum([
          "error",
          "timeout",
          "invalid_header",
          "http_500",
          "http_502",
          "http_503",
          "http_504",
          "http_403",
          "http_404",
          "http_429",
          "non_idempotent",
          "off",
        ]),
      )
      .default(["error", "timeout"])
      .describe("Conditions of `proxy_next_upstream`."),
    tries: z.number().int().min(0).default(0).describe("`proxy_next_upstream_tries`; 0: all."),
    timeout: Duration.default(0).describe("`proxy_next_upstream_timeout`; 0: none."),
  })
  .describe("On to the next server, by nginx's rules.");
export type NginxRetry = z.output<typeof NginxRetry>;

/** HAProxy's `retries`, `retry-on` and `option redispatch`. */
export const HaproxyRetry = z
  .strictObject({
    rules: z.literal("haproxy"),
    retries: z.number().int().min(0).max(100).default(3).describe("`retries`."),
    on: z
      .array(
        z.union([
          z.enum([
            "none",
            "conn-failure",
            "empty-response",
            "junk-response",
            "response-timeout",
            "0rtt-rejected",
            "all-retryable-errors",
          ]),
          z.number().int().min(400).max(599),
        ]),
      )
      .default(["conn-failure"])
      .describe("`retry-on`."),
    redispatch: z
      .number()
      .int()
      .default(0)
      .describe("`option redispatch`: −1 at the last retry, n at every n-th, 0 off."),
    connectTimeout: PositiveDuration.default(5000).describe(
      "`timeout connect`; a retry at the same server waits this long, at most 1s.",
    ),
  })
  .describe("Again at the same server or at another, by HAProxy's rules.");
export type HaproxyRetry = z.output<typeof HaproxyRetry>;

/** When a call is tried again. */
export const Retry = z
  .discriminatedUnion("rules", [OwnRetry, NginxRetry, HaproxyRetry])
  .describe("When a call is tried again, and where.");
export type RetrySpec = z.output<typeof Retry>;

const halfOpenAfter = PositiveDuration.default(5000).describe(
  "Pause until one probe is let through.",
);
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
        threshold: InnerPercentage.default(0.5).describe("Opens above this share of failures."),
        duration: PositiveDuration.default(10_000).describe("The window."),
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
        threshold: InnerPercentage.default(0.5).describe("Opens above this share of failures."),
        size: z.number().int().min(1).default(100).describe("The window: the last so many calls."),
        minimumCalls: z
          .number()
          .int()
          .min(1)
          .optional()
          .describe("Calls needed before it may open; default `size`."),
        halfOpenAfter,
      })
      .refine(({ size, minimumCalls = size }) => minimumCalls <= size, {
        path: ["minimumCalls"],
        message: "Expected at most `size`: the window holds no more calls.",
      })
      .describe("Opens when the share of failures over the last calls is too high."),
  ])
  .describe("Circuit breaker in front of the service.");
export type BreakerSpec = z.output<typeof Breaker>;

export const Bulkhead = z
  .strictObject({
    concurrent: z.number().int().min(1).default(10).describe("Attempts at the same time."),
    queue: z.number().int().min(0).default(0).describe("Attempts that may wait for a place."),
  })
  .describe("Limits concurrent attempts; those beyond are rejected.");

export const Fallback = z
  .union([
    z.strictObject({ value: Json.describe("Answered with status 200.") }),
    z.strictObject({ service: ServiceName.describe("Service that is called instead.") }),
  ])
  .describe("What is answered when everything else failed: a value, or another service.");
