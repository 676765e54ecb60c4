import type { Clock } from "../../simulator/kernel/clock.ts";

const BEGINNING = 1_000_000_000_000;

/** Time that a test moves on by itself; timers run then, one after another, at their times. */
export class StepClock implements Clock {
  #now = BEGINNING;
  #timers: { readonly at: number; readonly run: () => void }[] = [];

  /** Milliseconds since the beginning. */
  get elapsed(): number {
    return this.#now - BEGINNING;
  }

  /** How many timers are set. */
  get timers(): number {
    return this.#timers.length;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** Lets time pass until `elapsed`. */
  advanceTo(elapsed: number): void {
    const until = BEGINNING + elapsed;
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      const [next] = due;
      if (!next) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = Math.max(this.#now, until);
  }
}
