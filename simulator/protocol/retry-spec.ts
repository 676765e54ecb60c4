import { z } from "zod";
import { Duration, Percentage, PositiveDuration } from "./units.ts";

/* When a call is tried again, in the cluster file. */

/** What a retry answers to. `5xx` or a status such as `503` matches the instance's answer. */
export const RetryOn = z.union([
  z.enum(["error", "timeout", "5xx"]),
  z.number().int().min(400).max(599),
]);

/** Envoy's and Finagle's ways to keep retries from multiplying the load. */
export const RetryBudget = z
  .discriminatedUnion("rules", [
    z
      .strictObject({
        rules: z.literal("envoy"),
        percent: Percentage.default(0.2).describe(
          "`budget_percent`: retries under way, of all requests under way.",
        ),
        minimum: z.number().int().min(0).default(3).describe("`min_retry_concurrency`."),
      })
      .describe("Envoy's `retry_budget`: of the requests under way."),
    z
      .strictObject({
        rules: z.literal("finagle"),
        ttl: PositiveDuration.refine(
          (ms) => ms >= 1000 && ms <= 60_000,
          "Expected 1s to 60s, as Finagle does.",
        )
          .default(10_000)
          .describe("How long a deposit lasts (1s to 60s)."),
        minimumPerSecond: z.number().int().min(0).default(10).describe("`minRetriesPerSec`."),
        percent: z
          .number()
          .min(0)
          .max(1000)
          .default(0.2)
          .describe("`percentCanRetry` as a fraction: retries for each request."),
      })
      .describe("Finagle's `RetryBudget`: a bucket that requests fill and retries empty."),
  ])
  .describe("How many retries there may be for so many calls.");
export type RetryBudgetSpec = z.output<typeof RetryBudget>;

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
    perTryTimeout: PositiveDuration.optional().describe(
      "Longest time of one try, all layers within included (Envoy's `per_try_timeout`).",
    ),
    budget: RetryBudget.optional(),
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
