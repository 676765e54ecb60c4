const SLICE_MS = 250;
const SLICES = 12;

/** How often something happened a second, over the last three seconds. */
export class RollingRate {
  readonly #counts = new Array<number>(SLICES).fill(0);
  #newest = 0;
  #first = 0;

  count(now: number): void {
    this.#advance(now);
    if (this.#first === 0) this.#first = now;
    const slot = this.#newest % SLICES;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
  }

  /** Times a second; in the first seconds over the time that there was. */
  perSecond(now: number): number {
    this.#advance(now);
    const sum = this.#counts.reduce((total, each) => total + each, 0);
    if (sum === 0) {
      this.#first = 0;
      return 0;
    }
    const seconds = Math.min(SLICES * SLICE_MS, Math.max(1000, now - this.#first)) / 1000;
    return Math.round((sum / seconds) * 10) / 10;
  }

  #advance(now: number): void {
    const slice = Math.floor(now / SLICE_MS);
    const steps = Math.min(SLICES, slice - this.#newest);
    for (let i = 0; i < steps; i++) this.#counts[(slice - i) % SLICES] = 0;
    if (steps > 0) this.#newest = slice;
  }
}
