import type { AttemptResult } from "../call/contract.ts";
import { Cancellation, type CancellationListener } from "../kernel/cancellation.ts";
import type { Clock } from "../kernel/clock.ts";
import type { CommandOutcome } from "../protocol/command-run-model.ts";
import type { Bounds, GuardedCall, Next, Try } from "../resilience/contract.ts";

/** How a run goes when nothing stops it. */
export interface PlayedRun {
  readonly ms: number;
  readonly ok: boolean;
}

const SUCCEEDED: AttemptResult = { outcome: "success", sent: true };
const FAILED: AttemptResult = { outcome: "failure", sent: true };
const CANCELED: AttemptResult = { outcome: "canceled", sent: true };
/** None of them is tried again, and no instance is asked. */
const TRIED: Try = { stay: false, hedge: false, progress: { sent: true }, committed: true };

/** Nobody gives up, and there is no deadline. */
export const BOUNDS: Bounds = { cancellation: Cancellation.never, deadline: undefined };

/** A call in virtual time as the breaker's layer sees it, when that is the only one. */
export abstract class PlayedCall implements GuardedCall {
  readonly id: string;
  readonly method = "POST";
  readonly idempotent = false;
  readonly replayable = false;
  readonly tries = 1;
  readonly cancellation = Cancellation.never;
  readonly deadline = undefined;
  readonly #clock: Clock;

  constructor(id: string, clock: Clock) {
    this.id = id;
    this.#clock = clock;
  }

  /** How its run goes; asked when that begins. */
  protected abstract draw(): PlayedRun;

  /** Runs for as long as it takes, or until it is given up. */
  attempt(_: Try, { cancellation }: Bounds): Promise<AttemptResult> {
    const { ms, ok } = this.draw();
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
    throw new TypeError("A call through a breaker alone has no retries.");
  }

  fallback(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}

/** The way on from the breaker's layer, which is the only one. */
export const run: Next = (call, tried, bounds) => call.attempt(tried, bounds);

/** The outcome of such a call. */
export function playedOutcome(outcome: AttemptResult["outcome"]): CommandOutcome {
  if (outcome === "unavailable" || outcome === "canceled") {
    throw new TypeError(`Nothing makes a call through a breaker alone "${outcome}".`);
  }
  return outcome;
}
