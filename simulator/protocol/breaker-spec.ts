import { z } from "zod";
import { GoHystrix, NetflixHystrix } from "./hystrix-spec.ts";
import { InnerPercentage, Percentage, PositiveDuration } from "./units.ts";

/* The circuit breaker of a service in the cluster file. */

/** Ids of the engines of `simulator/resilience/breakers/index.ts`; a test keeps the two equal. */
export const BREAKERS = ["consecutive", "sampling", "count", "hystrix-go", "hystrix"] as const;
export type BreakerEngineId = (typeof BREAKERS)[number];

/** What all of cockatiel's breakers have. */
const halfOpen = {
  halfOpenAfter: PositiveDuration.default(5000).describe("Pause until a probe is let through."),
  halfOpenCalls: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe("`halfOpenSampling.calls`: probes that decide."),
  halfOpenThreshold: Percentage.refine((share) => share < 1, "Expected a percentage below 100%.")
    .default(0)
    .describe("`halfOpenSampling.threshold`: opens again above this share of failed probes."),
};

const Consecutive = z
  .strictObject({
    engine: z.literal("consecutive"),
    threshold: z.number().int().min(1).default(5).describe("Failures in a row that open."),
    ...halfOpen,
  })
  .describe("cockatiel: opens after so many failures in a row.");

const Sampling = z
  .strictObject({
    engine: z.literal("sampling"),
    threshold: InnerPercentage.default(0.5).describe("Opens above this share of failures."),
    duration: PositiveDuration.default(10_000).describe("The window."),
    minimumRps: z
      .number()
      .min(0, "Expected 0 or more.")
      .optional()
      .describe("Calls per second below which it does not open; 0, the default: 5 / threshold."),
    ...halfOpen,
  })
  .describe("cockatiel: opens when the share of failures over a time window is too high.");

const Count = z
  .strictObject({
    engine: z.literal("count"),
    threshold: InnerPercentage.default(0.5).describe("Opens above this share of failures."),
    size: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .default(100)
      .describe("The window: the last so many calls."),
    minimumCalls: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe("Calls needed before it may open; default `size`."),
    ...halfOpen,
  })
  .refine(({ size, minimumCalls = size }) => minimumCalls <= size, {
    path: ["minimumCalls"],
    message: "Expected at most `size`: the window holds no more calls.",
  })
  .describe("cockatiel: opens when the share of failures over the last calls is too high.");

/** Settings of one breaker; the engine names which. Names and meanings are each library's own. */
export const Breaker = z
  .discriminatedUnion("engine", [Consecutive, Sampling, Count, GoHystrix, NetflixHystrix])
  .describe("Circuit breaker in front of the service.");
export type BreakerSpec = z.output<typeof Breaker>;
/** A breaker as it is written in a cluster file. */
export type BreakerFile = z.input<typeof Breaker>;
/** The settings of one engine. */
export type BreakerSpecOf<E extends BreakerEngineId> = Extract<BreakerSpec, { engine: E }>;
