/** What is called when a scope ends. */
export type Disposal = () => void | Promise<void>;

/**
 * A lifetime. What is added is disposed last in first out, one after the other; disposing twice is
 * disposing once; what is added after the end is disposed at once. A disposal that fails does not
 * keep the others from running: their errors come together as one AggregateError.
 */
export class Scope {
  readonly #disposals: Disposal[] = [];
  readonly #abort = new AbortController();
  #isEnding = false;
  #ended: Promise<void> = Promise.resolve();

  /** Aborted when the scope begins to end. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get ended(): boolean {
    return this.#isEnding;
  }

  /** Adds a disposal; returns a function that takes it out again, undisposed. */
  add(disposal: Disposal): () => void {
    if (this.#isEnding) {
      void Promise.resolve().then(disposal);
      return () => undefined;
    }
    this.#disposals.push(disposal);
    return () => {
      const index = this.#disposals.lastIndexOf(disposal);
      if (index >= 0) this.#disposals.splice(index, 1);
    };
  }

  /** A scope that ends with this one, or before it. */
  child(): Scope {
    const child = new Scope();
    const forget = this.add(() => child.dispose());
    child.add(forget);
    return child;
  }

  /** Ends the scope; settles when everything in it has been disposed. */
  dispose(): Promise<void> {
    if (!this.#isEnding) {
      // Before anything runs: what hears the signal may ask for the end again.
      this.#isEnding = true;
      this.#ended = this.#run();
    }
    return this.#ended;
  }

  async #run(): Promise<void> {
    this.#abort.abort();
    const errors: unknown[] = [];
    for (let next = this.#disposals.pop(); next; next = this.#disposals.pop()) {
      try {
        await next();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, errors.map(String).join("; "));
  }
}
