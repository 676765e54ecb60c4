import type { IBreaker } from "cockatiel";
import type { BreakerWindow } from "../../../protocol/breaker-model.ts";

/** What tells cockatiel's breakers apart. */
export interface StrategyKind {
  readonly halfOpenAfterMs: number;
  /** When it opens, in one sentence. */
  readonly rule: string;
  /** An empty one. */
  create(): Strategy;
}

/** One of cockatiel's `IBreaker`s; it is told every result and says when to open. */
export interface Strategy extends Pick<IBreaker, "success" | "failure"> {
  window(): BreakerWindow;
}

/** The share of failures in per cent; without calls it is nothing. */
export function percentOf(failures: number, calls: number): number {
  return calls === 0 ? 0 : (failures / calls) * 100;
}

/** A share of the settings in per cent, without the noise of the multiplication. */
export function inPercent(share: number): number {
  return Math.round(share * 1e12) / 1e10;
}
