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

export const Retry = z
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
