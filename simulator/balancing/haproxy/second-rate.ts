/** Events in the last second, as HAProxy's frequency counters estimate them. */
export class SecondRate {
  #second = 0;
  #count = 0;
  #before = 0;

  count(nowMs: number): void {
    this.#turnTo(nowMs);
    this.#count++;
  }

  /** This second's events, and of those of the second before the part that is still to come. */
  at(nowMs: number): number {
    this.#turnTo(nowMs);
    const left = 1 - (nowMs - this.#second * 1000) / 1000;
    return this.#count + Math.floor(this.#before * left);
  }

  #turnTo(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    if (second === this.#second) return;
    this.#before = second === this.#second + 1 ? this.#count : 0;
    this.#count = 0;
    this.#second = second;
  }
}
