/** Asks again and again, but only while somebody looks: each `tick` may start one question. */
export class Poll<T> {
  #value: T | undefined;
  #problem: string | undefined;
  #asking = false;
  #askedAt = Number.NEGATIVE_INFINITY;
  readonly #ask: () => Promise<T>;
  readonly #everyMs: number;
  readonly #answered: () => void;

  constructor(everyMs: number, ask: () => Promise<T>, answered: () => void) {
    this.#everyMs = everyMs;
    this.#ask = ask;
    this.#answered = answered;
  }

  /** The newest answer. */
  get value(): T | undefined {
    return this.#value;
  }

  /** Why the last question was not answered. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Call while the answer is looked at. */
  tick(): void {
    const now = performance.now();
    if (this.#asking || now - this.#askedAt < this.#everyMs) return;
    this.#asking = true;
    this.#askedAt = now;
    this.#ask()
      .then(
        (value) => {
          this.#value = value;
          this.#problem = undefined;
        },
        (error: unknown) => {
          this.#problem = error instanceof Error ? error.message : String(error);
        },
      )
      .finally(() => {
        this.#asking = false;
        this.#answered();
      });
  }

  /** Asks at the next tick, however recent the last answer is. */
  hurry(): void {
    this.#askedAt = Number.NEGATIVE_INFINITY;
  }
}
