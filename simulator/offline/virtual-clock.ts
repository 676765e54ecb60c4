import type { Clock } from "../kernel/clock.ts";

interface Timer {
  readonly at: number;
  /** Order of timers of the same moment: as they were set. */
  readonly order: number;
  run: (() => void) | undefined;
}

/**
 * Where virtual time begins: a whole second long after the epoch, as the rules of real programs
 * take for granted.
 */
const BEGINNING = 1_000_000_000_000;

/**
 * Time that passes only when told to, from event to event. What an event sets off is done to the
 * end, promises included, before the next one comes: the same events always end the same way.
 */
export class VirtualClock implements Clock {
  /** A binary heap, the next timer first. */
  readonly #timers: Timer[] = [];
  #now = BEGINNING;
  #order = 0;

  now(): number {
    return this.#now;
  }

  /** Milliseconds since the beginning. */
  get elapsed(): number {
    return this.#now - BEGINNING;
  }

  after(ms: number, run: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, ms), order: this.#order++, run };
    this.#push(timer);
    return () => {
      timer.run = undefined;
    };
  }

  /** Lets time pass until `elapsed`; whatever is due until then happens first. */
  async advanceTo(elapsed: number): Promise<void> {
    const until = BEGINNING + elapsed;
    for (let next = this.#next(); next && next.at <= until; next = this.#next()) {
      await this.#runNext();
    }
    this.#now = Math.max(this.#now, until);
  }

  /** Lets time pass until `isDone`, or until nothing is left to come. */
  async runUntil(isDone: () => boolean): Promise<void> {
    while (!isDone() && this.#next()) await this.#runNext();
  }

  /** Everything that has been set off is done. */
  settle(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  async #runNext(): Promise<void> {
    const timer = this.#pop();
    if (!timer) return;
    this.#now = Math.max(this.#now, timer.at);
    timer.run?.();
    await this.settle();
  }

  /** The next timer that was not taken back. */
  #next(): Timer | undefined {
    while (this.#timers[0] && !this.#timers[0].run) this.#pop();
    return this.#timers[0];
  }

  #push(timer: Timer): void {
    const heap = this.#timers;
    let at = heap.length;
    heap.push(timer);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (!above || isBefore(above, timer)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): Timer | undefined {
    const heap = this.#timers;
    const first = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (!left) break;
      let lesser = left;
      if (right && isBefore(right, left)) {
        lesser = right;
        child++;
      }
      if (isBefore(last, lesser)) break;
      heap[at] = lesser;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
