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

/** Timers that were taken back and are kept until they are due, at least. */
const MOST_IDLE = 1000;

/**
 * Time that passes only when told to, from event to event. What an event sets off is done to the
 * end, promises included, before the next one comes: the same events always end the same way.
 */
export class VirtualClock implements Clock {
  /** A binary heap, the next timer first. */
  #timers: Timer[] = [];
  /** Those in it that were taken back. */
  #idle = 0;
  #now = BEGINNING;
  #order = 0;

  now(): number {
    return this.#now;
  }

  /** Milliseconds since the beginning. */
  get elapsed(): number {
    return this.#now - BEGINNING;
  }

  /** Whether more is to happen before time passes. */
  get isSomethingDue(): boolean {
    const next = this.#next();
    return next !== undefined && next.at <= this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, ms), order: this.#order++, run };
    this.#push(timer);
    return () => {
      if (!timer.run) return;
      timer.run = undefined;
      this.#idle++;
      if (this.#idle > MOST_IDLE && this.#idle * 2 > this.#timers.length) this.#sweep();
    };
  }

  /** Lets time pass until `elapsed`; whatever is due until then happens first. */
  async advanceTo(elapsed: number): Promise<void> {
    const until = BEGINNING + elapsed;
    for (let next = this.#next(); next && next.at <= until; next = this.#next()) {
      this.#runNext();
      await this.settle();
    }
    this.#now = Math.max(this.#now, until);
  }

  /** Lets time pass until `isDone`, or until nothing is left to come. */
  async runUntil(isDone: () => boolean): Promise<void> {
    while (!isDone() && this.#next()) {
      this.#runNext();
      await this.settle();
    }
  }

  /** Everything that has been set off is done. */
  settle(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  #runNext(): void {
    const timer = this.#pop();
    if (!timer) return;
    this.#now = Math.max(this.#now, timer.at);
    const { run } = timer;
    timer.run = undefined;
    run?.();
  }

  /** The next timer that was not taken back. */
  #next(): Timer | undefined {
    while (this.#timers[0] && !this.#timers[0].run) {
      this.#pop();
      this.#idle--;
    }
    return this.#timers[0];
  }

  /** Forgets those that were taken back, which may be due long after. */
  #sweep(): void {
    // What is sorted is a heap, too.
    this.#timers = this.#timers.filter(({ run }) => run).sort((a, b) => (isBefore(a, b) ? -1 : 1));
    this.#idle = 0;
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
