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
  readonly #within: Cancellation;
  readonly #late: () => T;
  #resolve: ((result: T) => void) | undefined;
  #reject: ((error: Error) => void) | undefined;
  #limit: Limit | undefined;
  #isOver: () => boolean = () => false;

  constructor(within: Cancellation, late: () => T) {
    this.#within = within;
    this.#late = late;
  }

  start(clock: Clock, ms: number, run: (within: Cancellation) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      const from = clock.now();
      this.#isOver = () => clock.now() >= from + ms;
      this.#limit = startLimit(clock, ms, this, from);
      run(this.#within).then(this.#ended, this.#broke);
    });
  }

  late(): void {
    this.#within.cancel(new TimeLimitError("It took longer than it may."));
    this.#resolve?.(this.#late());
  }

  readonly #ended = (result: T): void => {
    this.#limit?.lift();
    // The timer may be later than what it is to end: who answers because of the time is late, too.
    if (this.#isOver()) this.late();
    else this.#resolve?.(result);
  };

  readonly #broke = (error: unknown): void => {
    this.#limit?.lift();
    this.#reject?.(error instanceof Error ? error : new Error(String(error)));
  };
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
  return new LimitedRun(cancellation.child(), late).start(clock, ms, run);
}
