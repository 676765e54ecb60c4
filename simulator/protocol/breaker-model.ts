import { z } from "zod";
import { AttemptOutcome } from "./call-model.ts";
import { CallId, InstanceId } from "./ids.ts";

/* The circuit breaker of a service as the eyes see it. Times are epoch ms, durations ms. */

/** `forced-open` was tripped by hand; `held-closed` lets everything through by hand. */
export const BreakerStatus = z.enum(["closed", "open", "half-open", "forced-open", "held-closed"]);
export type BreakerStatus = z.infer<typeof BreakerStatus>;

export const BreakerState = z.object({
  /** A `BreakerEngineId`. */
  engine: z.string(),
  status: BreakerStatus,
  since: z.number(),
  /** When a probe may pass; only while open. In the past: the next call is the probe. */
  probeAt: z.number().optional(),
  /** When what was done by hand is taken back by itself. */
  until: z.number().optional(),
  /** One sentence: why it is in this state. */
  reason: z.string(),
  /** How often its state has changed so far: the id of the newest transition. */
  transitions: z.number(),
});
export type BreakerState = z.infer<typeof BreakerState>;

/** One bar of a breaker's window: what happened in one bucket of time, or in some calls. */
export const WindowBar = z.object({
  /** When the bucket begins; absent where the window is one of calls. */
  from: z.number().optional(),
  /** How long it is. */
  ms: z.number().optional(),
  successes: z.number(),
  /** All that the engine counts as errors. */
  failures: z.number(),
  /** Parts of `failures`, where the engine tells them apart. */
  timeouts: z.number().optional(),
  rejections: z.number().optional(),
  shortCircuits: z.number().optional(),
  /** Whether the engine looks at it now; a running bucket of Netflix's is not yet looked at. */
  counted: z.boolean().default(true),
});
export type WindowBar = z.infer<typeof WindowBar>;

/** A breaker's window, and what the engine makes of it. */
export const BreakerWindow = z.object({
  /** Oldest first. */
  bars: z.array(WindowBar),
  /** What the engine counts as requests and as errors. */
  requests: z.number(),
  errors: z.number(),
  /** The figure that is compared, rounded as the engine does: per cent, or failures in a row. */
  value: z.number(),
  unit: z.enum(["percent", "in a row"]),
  /** Where it opens. */
  threshold: z.number(),
  /** Whether it opens at the threshold already, or only above it. */
  opens: z.enum(["at", "above"]),
  /** Requests that the window must hold before it may open. */
  volume: z.number().optional(),
});
export type BreakerWindow = z.infer<typeof BreakerWindow>;

/** What made a breaker change. */
export const TransitionCause = z.enum([
  /** The window crossed the threshold. */
  "threshold",
  /** The sleep window was over and a probe was let through. */
  "sleep-window-over",
  "probe-succeeded",
  "probe-failed",
  /** hystrix-go: a call that had started earlier succeeded. */
  "late-success",
  /** cockatiel: a call from before failed while a probe was under way. */
  "late-failure",
  "by-hand",
  /** What was done by hand for a duration is over. */
  "duration-over",
  /** By its settings, such as `circuitBreakerForceOpen`. */
  "settings",
]);
export type TransitionCause = z.infer<typeof TransitionCause>;

/** One call that the window holds. */
export const WindowCall = z.object({
  call: CallId,
  /** When its result was counted. */
  at: z.number(),
  outcome: AttemptOutcome,
  instance: InstanceId.optional(),
  /** Whether the engine counts it as an error. */
  error: z.boolean(),
});
export type WindowCall = z.infer<typeof WindowCall>;

/** The newest calls that a transition keeps. */
export const KEPT_WINDOW_CALLS = 200;
/** The newest transitions that a breaker keeps. */
export const KEPT_TRANSITIONS = 50;

/** Why a breaker changed its state. */
export const BreakerTransition = z.object({
  /** 1, 2, 3, … for each breaker. */
  id: z.number().int(),
  at: z.number(),
  engine: z.string(),
  from: BreakerStatus,
  to: BreakerStatus,
  cause: TransitionCause,
  /** One sentence: why. */
  reason: z.string(),
  /** As it was at that moment, before the change emptied it. */
  window: BreakerWindow,
  /** The newest calls in that window, oldest first, at most {@link KEPT_WINDOW_CALLS}. */
  calls: z.array(WindowCall),
  /** The call that made it change, when one did. */
  call: CallId.optional(),
});
export type BreakerTransition = z.infer<typeof BreakerTransition>;
