import type { AttemptResult } from "../call/contract.ts";
import type { Clock } from "../kernel/clock.ts";
import type { BreakerStatus } from "../protocol/breaker-model.ts";
import type { CommandOutcome } from "../protocol/command-run-model.ts";
import { PlayedCall, playedOutcome, type PlayedRun } from "./played-call.ts";

/** A call of a timeline. */
export interface TimedCall extends PlayedRun {
  /** Ms since the beginning. */
  readonly t: number;
  /** An `ExactId` where JavaScript's numbers would change it; absent: null. */
  readonly id?: unknown;
}

/** What became of a call. */
export interface BreakerResult {
  readonly id: unknown;
  readonly t: number;
  readonly admitted: boolean;
  readonly outcome: CommandOutcome;
  /** Right after it was admitted or refused. */
  readonly state: Exclude<BreakerStatus, "held-closed"> | "forced-closed";
}

/** A call of a timeline, and what becomes of it. */
export class BreakerCall extends PlayedCall {
  readonly #timed: TimedCall;
  #admitted = false;
  #state: BreakerStatus = "closed";
  #outcome: AttemptResult["outcome"] | undefined;

  constructor(id: string, timed: TimedCall, clock: Clock) {
    super(id, clock);
    this.#timed = timed;
  }

  /** What became of it; undefined while it is under way. */
  get result(): BreakerResult | undefined {
    if (this.#outcome === undefined) return undefined;
    const outcome = playedOutcome(this.#outcome);
    const state = this.#state === "held-closed" ? "forced-closed" : this.#state;
    const { id = null, t } = this.#timed;
    return { id, t, admitted: this.#admitted, outcome, state };
  }

  /** It was admitted or refused, and the circuit was in this state then. */
  answered(admitted: boolean, status: BreakerStatus): void {
    this.#admitted = admitted;
    this.#state = status;
  }

  /** It is over, as its caller sees it. */
  came({ outcome }: AttemptResult): void {
    this.#outcome = outcome;
  }

  protected override draw(): PlayedRun {
    return this.#timed;
  }
}
