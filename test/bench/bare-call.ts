import type { AttemptResult } from "../../simulator/call/contract.ts";
import { Cancellation } from "../../simulator/kernel/cancellation.ts";
import { systemClock } from "../../simulator/kernel/clock.ts";
import { withTimeLimit } from "../../simulator/kernel/time-limit.ts";
import type { Bounds, GuardedCall, Try } from "../../simulator/resilience/contract.ts";

/** What is called: a function of the user's that has an answer at once. */
export type Bare = (signal?: AbortSignal) => Promise<AttemptResult>;

/** A call whose attempts are a function's: what the layers cost, and nothing else. */
export class BareCall implements GuardedCall {
  readonly id = "00000000000000aa";
  readonly method = "POST";
  readonly idempotent = false;
  readonly replayable = true;
  readonly tries = Infinity;
  readonly deadline = undefined;
  readonly cancellation = Cancellation.independent();
  readonly #run: Bare;

  constructor(run: Bare) {
    this.#run = run;
  }

  identity(): undefined {
    return undefined;
  }

  open({ stay = false, hedge = false } = {}): Try {
    return { stay, hedge, progress: { sent: false }, committed: false };
  }

  attempt(_: Try, { cancellation, attemptMs }: Bounds): Promise<AttemptResult> {
    if (attemptMs === undefined) return this.#run();
    return withTimeLimit<AttemptResult>(
      systemClock,
      attemptMs,
      cancellation,
      (within) => this.#run(within.signal),
      () => ({ outcome: "timeout", sent: true }),
    );
  }

  ended(): void {
    // Facts are the gateway's.
  }

  retrying(): void {
    // Facts are the gateway's.
  }

  fallback(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}
