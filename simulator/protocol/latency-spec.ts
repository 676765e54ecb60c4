import { z } from "zod";
import { Duration } from "./units.ts";

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
