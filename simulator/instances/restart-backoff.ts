const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

/** Pauses between restarts of an instance that keeps crashing: 1 s, 2 s, 4 s, … 30 s. */
export class RestartBackoff {
  #failures = 0;

  /** The pause after one more crash of a process that ran for `ranForMs`. */
  next(ranForMs: number): number {
    // Whoever ran for longer than the longest pause is not in a loop of crashes.
    if (ranForMs > LONGEST_MS) this.#failures = 0;
    return Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures++);
  }
}
