import { z } from "zod";
import { InstanceId } from "./ids.ts";
import { ServiceName } from "./spec.ts";

/** Ids of the faults of `simulator/faults/index.ts`; a test keeps the two equal. */
export const FAULTS = [
  "kill",
  "freeze",
  "restart",
  "latency",
  "error-rate",
  "refuse-connections",
] as const;
export const FaultKindId = z.enum(FAULTS);
export type FaultKindId = z.infer<typeof FaultKindId>;

/** Those that work on a process, and so not on a program that Fuseboard did not start. */
export const PROCESS_FAULTS: readonly FaultKindId[] = ["kill", "freeze", "restart"];

/** What a fault does, with its options. */
export const FaultSpec = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("kill") }).describe("SIGKILL; with a duration it starts again."),
  z.object({ kind: z.literal("freeze") }).describe("SIGSTOP until taken back (SIGCONT)."),
  z.object({ kind: z.literal("restart") }).describe("Graceful stop, then start."),
  z
    .object({
      kind: z.literal("latency"),
      ms: z.number().min(0).max(600_000),
      jitterMs: z.number().min(0).max(600_000).default(0),
    })
    .describe("Every answer comes later by ms ± jitterMs (uniform)."),
  z
    .object({
      kind: z.literal("error-rate"),
      rate: z.number().min(0).max(1),
      status: z.number().int().min(400).max(599).default(503),
    })
    .describe("A share of the calls is answered with `status` and does not reach the function."),
  z.object({ kind: z.literal("refuse-connections") }).describe("Connections are refused."),
]);
export type FaultSpec = z.infer<typeof FaultSpec>;

/** One instance, or all instances of a service. */
export const FaultTarget = z.union([
  z.object({ instance: InstanceId }),
  z.object({ service: ServiceName }),
]);
export type FaultTarget = z.infer<typeof FaultTarget>;

export const ActiveFault = z.object({
  id: z.string(),
  target: FaultTarget,
  fault: FaultSpec,
  since: z.number(),
  /** When it is taken back by itself; absent: stays until cleared. */
  until: z.number().optional(),
});
export type ActiveFault = z.infer<typeof ActiveFault>;
