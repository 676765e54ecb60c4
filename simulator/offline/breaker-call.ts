import type { AttemptResult } from "../call/contract.ts";
import { Cancellation, type CancellationListener } from "../kernel/cancellation.ts";
import type { Clock } from "../kernel/clock.ts";
import type { BreakerStatus } from "../protocol/breaker-model.ts";
import type { Bounds, GuardedCall, Next, Try } from "../resilience/contract.ts";

/** A call of a timeline. */
export interface TimedCall {
  /** Ms since the beginning. */
  readonly t: number;
  readonly ms: number;
  readonly ok: boolean;
  /** Absent: null. */
  readonly id?: unknown;
}

/** What became of a call. */
export interface BreakerResult {
  readonly id: unknown;
  readonly t: number;
  readonly admitted: boolean;
  readonly outcome: "success" | "failure" | "timeout" | "rejected" | "short-circuit";
  /** Right after it was admitted or refused. */
  readonly state: Exclude<BreakerStatus, "held-closed"> | "forced-closed";
}

const SUCCEEDED: AttemptResult = { outcome: "success", sent: true };
const FAILED: AttemptResult = { outcome: "failure", sent: true };
const CANCELED: AttemptResult = { outcome: "canceled", sent: true };
/** None of them is tried again, and no instance is asked. */
const TRIED: Try = { stay: false, hedge: false, progress: { sent: true }, committed: true };

/** A call of a timeline as the breaker's layer sees it. */
export class BreakerCall implements GuardedCall {
  readonly id: string;
  readonly method = "POST";
  readonly idempotent = false;
  readonly replayable = false;
  readonly tries = 1;
  readonly cancellation = Cancellation.never;
  readonly deadline = undefined;
  readonly #timed: TimedCall;
  readonly #clock: Clock;
  #admitted = false;
  #state: BreakerStatus = "closed";
  #outcome: AttemptResult["outcome"] | undefined;

  constructor(id: string, timed: TimedCall, clock: Clock) {
    this.id = id;
    this.#timed = timed;
    this.#clock = clock;
  }

  /** What became of it; undefined while it is under way. */
  get result(): BreakerResult | undefined {
    const outcome = this.#outcome;
    if (outcome === undefined) return undefined;
    if (outcome === "unavailable" || outcome === "canceled") {
      throw new TypeError(`Nothing makes a call of a timeline "${outcome}".`);
    }
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

  /** Runs for as long as it takes, or until it is given up. */
  attempt(_: Try, { cancellation }: Bounds): Promise<AttemptResult> {
    const { ms, ok } = this.#timed;
    return new Promise((resolve) => {
      const listener: CancellationListener = {
        canceled: () => {
          cancel();
          resolve(CANCELED);
        },
      };
      const cancel = this.#clock.after(ms, () => {
        cancellation.unlisten(listener);
        resolve(ok ? SUCCEEDED : FAILED);
      });
      cancellation.listen(listener);
    });
  }

  open(): Try {
    return TRIED;
  }

  identity(): undefined {
    return undefined;
  }

  ended(): void {
    // Nobody looks on.
  }

  retrying(): void {
    throw new TypeError("A call of a timeline has no retries.");
  }

  fallback(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}

/** The way on from the breaker's layer, which is the only one. */
export const run: Next = (call, tried, bounds) => call.attempt(tried, bounds);
