import { DistinctNames } from "./distinct-names.ts";

/**
 * Counts the different names of the last while, in bounded memory: each for as long as it stands,
 * and at most twice that.
 */
export class RecentNames {
  readonly #standsMs: number;
  #before = new DistinctNames();
  #names = new DistinctNames();
  #since = 0;

  constructor(standsMs: number) {
    this.#standsMs = standsMs;
  }

  size(now: number): number {
    this.#turn(now);
    return Math.max(this.#before.size, this.#names.size);
  }

  add(name: string, now: number): void {
    this.#turn(now);
    this.#names.add(name);
  }

  delete(name: string): void {
    this.#before.delete(name);
    this.#names.delete(name);
  }

  #turn(now: number): void {
    const age = now - this.#since;
    if (age <= this.#standsMs) return;
    this.#before = age <= 2 * this.#standsMs ? this.#names : new DistinctNames();
    this.#names = new DistinctNames();
    this.#since = now;
  }
}
