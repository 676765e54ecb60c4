import { z } from "zod";
import { parseFaultScript } from "./fault-script.ts";
import { InstanceId } from "./ids.ts";
import { ServiceName } from "./spec.ts";

/** Ids of the faults of `simulator/faults/index.ts`; a test keeps the two equal. */
export const FAULTS = [
  // On the wire.
  "latency",
  "status",
  "script",
  "refuse-connections",
  "reset",
  "no-answer",
  "abort-before-head",
  "abort-after-head",
  "slow-body",
  "truncated-body",
  "partition",
  // On the process and its registration.
  "kill",
  "freeze",
  "restart",
  "crash-loop",
  "lose-lease",
] as const;
export const FaultKindId = z.enum(FAULTS);
export type FaultKindId = z.infer<typeof FaultKindId>;

/** Those that work on a process, and so not on a program that Fuseboard did not start. */
export const PROCESS_FAULTS: readonly FaultKindId[] = [
  "kill",
  "freeze",
  "restart",
  "crash-loop",
  "lose-lease",
];

const ms = z.number().min(0).max(600_000);

/** How much later an answer comes: a distribution, in ms. What would be negative is 0. */
export const AddedLatency = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("constant"), ms }),
  z.object({ kind: z.literal("normal"), mean: ms, deviation: ms }),
  /** By the median and the shape σ of the underlying normal distribution. */
  z.object({ kind: z.literal("log-normal"), median: ms, sigma: z.number().min(0).max(5) }),
  /** By the shortest and the shape α: heavy tails for a small α. */
  z.object({ kind: z.literal("pareto"), minimum: ms, alpha: z.number().min(0.1).max(100) }),
]);
export type AddedLatency = z.infer<typeof AddedLatency>;

const status = z.number().int().min(400).max(599);

/** What a fault does, with its options. */
export const FaultSpec = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("latency"), latency: AddedLatency }).describe("Answers come later."),
  z
    .object({ kind: z.literal("status"), status: status.default(503) })
    .describe("Calls are answered with `status` and do not reach the function."),
  z
    .object({
      kind: z.literal("script"),
      /** Such as `2 × 503, 1 × timeout, ok`; see {@link parseFaultScript} for its words. */
      script: z
        .string()
        .max(1000)
        .superRefine((text, context) => {
          const read = parseFaultScript(text);
          if ("message" in read) context.addIssue({ code: "custom", message: read.message });
        }),
      /** Whether it begins again when it is over; otherwise the rest passes. */
      repeat: z.boolean().default(false),
    })
    .describe("A list of outcomes, one call after the other."),
  z.object({ kind: z.literal("refuse-connections") }).describe("Connections are refused."),
  z.object({ kind: z.literal("reset") }).describe("The connection is reset once it was sent."),
  z.object({ kind: z.literal("no-answer") }).describe("Accepted, and never answered."),
  z
    .object({ kind: z.literal("abort-before-head") })
    .describe("The function runs; its answer breaks off before the head."),
  z
    .object({ kind: z.literal("abort-after-head") })
    .describe("The function runs; its answer breaks off after the head."),
  z
    .object({
      kind: z.literal("slow-body"),
      bytesPerSecond: z.number().min(1).max(1e9),
    })
    .describe("The answer's body comes at this rate."),
  z
    .object({ kind: z.literal("truncated-body"), bytes: z.number().int().min(0).max(1e9) })
    .describe("The answer's body ends after so many bytes, although its head promised more."),
  z
    .object({ kind: z.literal("partition") })
    .describe("Two services do not reach each other, in both directions: packets are lost."),
  z.object({ kind: z.literal("kill") }).describe("SIGKILL; with a duration it starts again."),
  z.object({ kind: z.literal("freeze") }).describe("SIGSTOP until taken back (SIGCONT)."),
  z.object({ kind: z.literal("restart") }).describe("Graceful stop, then start."),
  z
    .object({
      kind: z.literal("crash-loop"),
      /** How long it runs each time. */
      everyMs: z.number().min(100).max(600_000).default(2000),
    })
    .describe("It crashes again and again, some time after each start."),
  z
    .object({ kind: z.literal("lose-lease") })
    .describe("Its lease is not kept alive: the registry forgets it although it runs."),
]);
export type FaultSpec = z.infer<typeof FaultSpec>;

/** Which attempts a fault on the wire touches. What is absent matches everything. */
export const FaultMatch = z.object({
  /** Path as the instance is asked; `*` stands for anything, such as `/orders/*`. */
  path: z.string().min(1).max(500).optional(),
  method: z
    .string()
    .regex(/^[A-Za-z]+$/)
    .transform((text) => text.toUpperCase())
    .optional(),
  /** A header that is there, with this value when one is given; names in any case. */
  header: z.object({ name: z.string().min(1), value: z.string().optional() }).optional(),
  /** Service whose functions call, or `load`, `editor`, `external`. */
  caller: z.string().min(1).optional(),
});
export type FaultMatch = z.infer<typeof FaultMatch>;

/** When a fault on the wire touches an attempt that it matches. */
export const FaultConditions = z.object({
  match: FaultMatch.optional(),
  /** Of 1. */
  probability: z.number().min(0).max(1).default(1),
  /** Makes its chance the same each time; absent: another each time. */
  seed: z.number().int().optional(),
});
export type FaultConditions = z.infer<typeof FaultConditions>;

/** One instance, all instances of a service, or what one service calls of another. */
export const FaultTarget = z.union([
  z.object({ instance: InstanceId }),
  z.object({ service: ServiceName }),
  z.object({ from: ServiceName, to: ServiceName }),
]);
export type FaultTarget = z.infer<typeof FaultTarget>;

export const ActiveFault = z.object({
  id: z.string(),
  target: FaultTarget,
  fault: FaultSpec,
  conditions: FaultConditions.optional(),
  /** When it begins to work; in the future: it waits. */
  since: z.number(),
  /** When it is taken back by itself; absent: stays until cleared. */
  until: z.number().optional(),
  /** Attempts that it has touched so far. */
  touched: z.number(),
});
export type ActiveFault = z.infer<typeof ActiveFault>;
