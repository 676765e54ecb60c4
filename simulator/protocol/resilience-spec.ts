import { z } from "zod";
import { Json } from "./json.ts";
import { ServiceName } from "./service-name.ts";
import { PositiveDuration } from "./units.ts";

/* The layers around the attempts at a service, besides retry and breaker, in the cluster file. */

/** Ids of the layers of `simulator/resilience/layers/index.ts`; in their order, outermost first. */
export const LAYERS = [
  "fallback",
  "rate-limit",
  "retry",
  "hedge",
  "breaker",
  "bulkhead",
  "timeout",
] as const;
export const LayerId = z.enum(LAYERS);
export type LayerId = z.infer<typeof LayerId>;

export const Layers = z
  .array(LayerId)
  .superRefine((layers, context) => {
    const twice = layers.find((layer, i) => layers.indexOf(layer) !== i);
    if (twice !== undefined) {
      context.addIssue({ code: "custom", message: `"${twice}" stands there twice.` });
    }
  })
  .transform((layers): LayerId[] => [
    // Those that are not named keep their places among themselves, inside of the named ones.
    ...layers,
    ...LAYERS.filter((layer) => !layers.includes(layer)),
  ])
  .describe(
    `Order of the layers, outermost first; those left out follow in the usual order: ${LAYERS.join(", ")}. A layer without settings does nothing.`,
  );

export const RateLimit = z
  .strictObject({
    perSecond: z.number().positive().max(1_000_000).describe("Tokens that come in a second."),
    burst: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe("Tokens that the bucket holds; default: those of one second, at least one."),
  })
  .describe("Token bucket: calls beyond the rate are rejected.");
export type RateLimitSpec = z.output<typeof RateLimit>;

export const Hedge = z
  .strictObject({
    after: PositiveDuration.describe("Another attempt starts when there is no answer by then."),
    attempts: z
      .number()
      .int()
      .min(2)
      .max(10)
      .default(2)
      .describe("Attempts in all, the first one included; each `after` the one before."),
    nonIdempotent: z
      .boolean()
      .default(false)
      .describe("Also for calls without an `Idempotency-Key` that were sent already."),
  })
  .describe("Asks a second instance when the first is slow; the first answer counts.");
export type HedgeSpec = z.output<typeof Hedge>;

export const Bulkhead = z
  .strictObject({
    concurrent: z.number().int().min(1).default(10).describe("Attempts at the same time."),
    queue: z.number().int().min(0).default(0).describe("Attempts that may wait for a place."),
    queueTimeout: PositiveDuration.optional().describe(
      "Longest wait for a place; absent: as long as the caller waits.",
    ),
  })
  .describe("Limits concurrent attempts; those beyond are rejected.");
export type BulkheadSpec = z.output<typeof Bulkhead>;

export const Fallback = z
  .union([
    z.strictObject({ value: Json.describe("Answered with status 200.") }),
    z.strictObject({ service: ServiceName.describe("Service that is called instead.") }),
    z.strictObject({
      function: z
        .string()
        .regex(
          /^[^#]+#[\w$]+$/,
          "Expected `<file>#<export>`, such as functions/checkout.ts#cachedCheckout.",
        )
        .describe(
          "`<file>#<export>` of a function that is called instead, in one instance of its own.",
        ),
    }),
    z.strictObject({
      lastGood: z
        .union([z.literal(true), PositiveDuration])
        .describe("The last good answer to the same request; with a duration: not an older one."),
    }),
  ])
  .describe(
    "What is answered when everything else failed: a value, another service, a function, or the last good answer.",
  );
export type FallbackSpec = z.output<typeof Fallback>;
