import type { Clock } from "../../kernel/clock.ts";

/** A sum over the last while, in slices that are forgotten one by one; Finagle's `WindowedAdder`. */
export class WindowedAdder {
  readonly #clock: Clock;
  /** Length of a slice in whole ms, as there. */
  readonly #sliceMs: number;
  /** The full slices; the running one is besides. */
  readonly #slices: number[];
  #running = 0;
  #at = 0;
  #since: number;

  constructor(rangeMs: number, slices: number, clock: Clock) {
    this.#clock = clock;
    this.#sliceMs = Math.trunc(rangeMs / slices);
    this.#slices = Array.from({ length: slices - 1 }, () => 0);
    this.#since = this.#now();
  }

  add(amount: number): void {
    this.#advance();
    this.#running += amount;
  }

  sum(): number {
    this.#advance();
    return this.#slices.reduce((sum, each) => sum + each, this.#running);
  }

  #advance(): void {
    const now = this.#now();
    const passed = Math.trunc((now - this.#since) / this.#sliceMs);
    if (passed < 1) return;
    this.#put(this.#running);
    this.#running = 0;
    const skipped = Math.min(passed - 1, this.#slices.length);
    for (let i = 0; i < skipped; i++) this.#put(0);
    // Not where the slice ended: as there, a slice begins with what is first asked of it.
    this.#since = now;
  }

  #put(amount: number): void {
    this.#slices[this.#at] = amount;
    this.#at = (this.#at + 1) % this.#slices.length;
  }

  #now(): number {
    return Math.trunc(this.#clock.now());
  }
}
