import { z } from "zod";
import { BreakerStatus, BreakerTransition } from "./breaker-model.ts";

/* A command that is simulated in virtual time: its traffic, and what its breaker made of it. */

/** Most calls that one simulation makes. */
export const MOST_SIMULATED_CALLS = 100_000;

/** How calls come: evenly, so many a second; or loops that call, wait for the answer and pause. */
export const CallPattern = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("rate"), perSecond: z.number().positive().max(10_000) }),
  z.object({
    kind: z.literal("loops"),
    loops: z.number().int().min(1).max(10_000),
    /** Between the end of a call and the next. A turn takes at least 1ms. */
    pauseMs: z.number().min(0).max(3_600_000),
  }),
]);
export type CallPattern = z.infer<typeof CallPattern>;

/** The calls of one command, and how what they run behaves. */
export const CommandTraffic = z.object({
  pattern: CallPattern,
  /** Calls in all; absent: as many as there is time for, at most {@link MOST_SIMULATED_CALLS}. */
  calls: z.number().int().min(1).max(MOST_SIMULATED_CALLS).optional(),
  /** For how long calls are made. */
  durationMs: z.number().min(1).max(3_600_000),
  /** How long a run takes, when nothing stops it. */
  latencyMs: z.number().min(0).max(3_600_000),
  /** `varied`: exponentially distributed around that mean. */
  spread: z.enum(["constant", "varied"]),
  /** Share of 1 of the runs that fail. */
  errorRate: z.number().min(0).max(1),
  /** Runs only fail that begin in this time; absent: always. */
  failing: z.object({ fromMs: z.number().min(0), toMs: z.number().min(0) }).optional(),
});
export type CommandTraffic = z.infer<typeof CommandTraffic>;

/** How a call of a command came out. */
export const COMMAND_OUTCOMES = [
  "success",
  "failure",
  "timeout",
  "rejected",
  "short-circuit",
] as const;
export type CommandOutcome = (typeof COMMAND_OUTCOMES)[number];
const Outcomes = z.record(z.enum(COMMAND_OUTCOMES), z.number());

/** What a breaker made of the traffic. Times in ms since the beginning. */
export const CommandRun = z.object({
  /** Title of the engine, and when it opens, in one sentence. */
  title: z.string(),
  rule: z.string(),
  calls: z.number(),
  /** Whether it ended early, because there were too many calls. */
  cut: z.boolean(),
  elapsedMs: z.number(),
  outcomes: Outcomes,
  /** How long callers waited, by nearest rank. */
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
  bucketMs: z.number(),
  /** Calls by when they ended; one bucket after the other from 0 on. */
  buckets: z.array(Outcomes),
  /** The states in turn. */
  states: z.array(z.object({ at: z.number(), status: BreakerStatus })),
  /** How many transitions there were, and the first of them, without their calls. */
  transitionCount: z.number(),
  transitions: z.array(BreakerTransition.omit({ calls: true, call: true })),
});
export type CommandRun = z.infer<typeof CommandRun>;
