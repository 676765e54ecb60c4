const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

/** How long to wait before the next connection: twice as long each time, up to 30s. */
export class ReconnectDelay {
  #base = FIRST_MS;
  #next = FIRST_MS;

  /** The stream's own wish (`retry:`), as far as it is between 0.1 and 30s. */
  asked(ms: number): void {
    this.#base = Math.min(LONGEST_MS, Math.max(100, ms));
    this.#next = this.#base;
  }

  /** Something was read. */
  reset(): void {
    this.#next = this.#base;
  }

  next(): number {
    const delay = this.#next;
    this.#next = Math.min(LONGEST_MS, delay * 2);
    return delay;
  }
}
