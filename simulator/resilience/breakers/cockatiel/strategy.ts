import type { IBreaker } from "cockatiel";
import type { BreakerWindow } from "../../../protocol/breaker-model.ts";
import type { BreakerSpecOf } from "../../../protocol/spec.ts";

/** What tells cockatiel's breakers apart. */
export interface StrategyKind {
  readonly halfOpenAfterMs: number;
  /** `halfOpenSampling`: probes, and the share of them, of 1, above which failures open it again. */
  readonly halfOpen: { readonly calls: number; readonly threshold: number };
  /** When it opens, in one sentence. */
  readonly rule: string;
  /** An empty one. */
  create(): Strategy;
}

/** One of cockatiel's `IBreaker`s; it is told every result and says when to open. */
export interface Strategy extends Pick<IBreaker, "success" | "failure"> {
  window(): BreakerWindow;
}

/** What all of cockatiel's breakers do alike once they are open. */
export function halfOpenRules({
  halfOpenAfter,
  halfOpenCalls,
  halfOpenThreshold,
}: Pick<
  BreakerSpecOf<"consecutive">,
  "halfOpenAfter" | "halfOpenCalls" | "halfOpenThreshold"
>): Pick<StrategyKind, "halfOpenAfterMs" | "halfOpen"> {
  return {
    halfOpenAfterMs: halfOpenAfter,
    halfOpen: { calls: halfOpenCalls, threshold: halfOpenThreshold },
  };
}

/** The share of failures in per cent; without calls it is nothing. */
export function percentOf(failures: number, calls: number): number {
  return calls === 0 ? 0 : (failures / calls) * 100;
}

/** A share of the settings in per cent, without the noise of the multiplication. */
export function inPercent(share: number): number {
  return Math.round(share * 1e12) / 1e10;
}
