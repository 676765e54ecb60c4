import type { Cancellation } from "./cancellation.ts";
import type { Clock } from "./clock.ts";
import type { Limit, LimitTarget } from "./limits.ts";
import { startLimit } from "./start-limit.ts";

/** Something took longer than it may. */
export class TimeLimitError extends Error {
  override readonly name = "TimeLimitError";
}

/** Something that runs with a time limit. */
class LimitedRun<T> implements LimitTarget {
  readonly #clock: Clock;
  readonly #within: Cancellation;
  readonly #late: () => T;
  readonly #until: number;
  readonly #limit: Limit;
  #resolve: ((result: T) => void) | undefined;
  #reject: ((error: Error) => void) | undefined;

  constructor(clock: Clock, ms: number, within: Cancellation, late: () => T) {
    this.#clock = clock;
    this.#within = within;
    this.#late = late;
    const from = clock.now();
    this.#until = from + ms;
    this.#limit = startLimit(clock, ms, this, from);
  }

  start(run: (within: Cancellation) => Promise<T>): Promise<T> {
    const answer = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    run(this.#within).then(
      (result) => {
        this.#ended(result);
      },
      (error: unknown) => {
        this.#limit.lift();
        this.#reject?.(error instanceof Error ? error : new Error(String(error)));
      },
    );
    return answer;
  }

  late(): void {
    this.#within.cancel(new TimeLimitError("It took longer than it may."));
    this.#resolve?.(this.#late());
  }

  #ended(result: T): void {
    this.#limit.lift();
    // The timer may be later than what it is to end: who answers because of the time is late, too.
    if (this.#clock.now() >= this.#until) this.late();
    else this.#resolve?.(result);
  }
}

/**
 * Runs something that may take so long, and is given up then: resolves with what `late` makes of
 * it, without waiting for its end. What `run` is given also ends with `cancellation`; it lives on
 * afterwards, for what `run` left under way. Rejects only as `run` does.
 */
export function withTimeLimit<T>(
  clock: Clock,
  ms: number,
  cancellation: Cancellation,
  run: (within: Cancellation) => Promise<T>,
  late: () => T,
): Promise<T> {
  return new LimitedRun(clock, ms, cancellation.child(), late).start(run);
}
