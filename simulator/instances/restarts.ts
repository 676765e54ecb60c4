const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

interface Restart {
  failures: number;
  timer?: NodeJS.Timeout;
}

/** Restarts of what crashed, later each time it does so again: 1s, 2s, 4s, … 30s. */
export class Restarts {
  readonly #restarts = new Map<object, Restart>();

  /** Calls `restart` after a pause, and returns the pause in ms. */
  schedule(subject: object, ranForMs: number, restart: () => void): number {
    const known = this.#restarts.get(subject) ?? { failures: 0 };
    this.#restarts.set(subject, known);
    // Whoever ran for longer than the longest pause is not in a loop of crashes.
    if (ranForMs > LONGEST_MS) known.failures = 0;
    const pauseMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** known.failures++);
    clearTimeout(known.timer);
    known.timer = setTimeout(restart, pauseMs);
    return pauseMs;
  }

  /** Does not restart it, and forgets how often it crashed. */
  forget(subject: object): void {
    clearTimeout(this.#restarts.get(subject)?.timer);
    this.#restarts.delete(subject);
  }

  clear(): void {
    for (const subject of [...this.#restarts.keys()]) this.forget(subject);
  }
}
