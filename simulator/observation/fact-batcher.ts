import type { Clock } from "../kernel/clock.ts";
import type { Scope } from "../kernel/scope.ts";
import { isCallFact, type CallFact, type Fact, type FactBatch } from "../protocol/events.ts";

/** How often the eyes are told. */
const FLUSH_MS = 100;
/** Calls a second that the eyes are given whole; beyond them only the totals are exact. */
export const SAMPLED_PER_SECOND = 40;

/**
 * Gathers facts into batches for the eyes. Facts about the cluster all go; of calls a sample goes,
 * each with all its facts and with the calls made while it was answered.
 */
export class FactBatcher {
  readonly #clock: Clock;
  readonly #send: (batch: FactBatch) => void;
  readonly #sampled = new Set<string>();
  #facts: Fact[] = [];
  #from = 1;
  #to = 0;
  #tokens = SAMPLED_PER_SECOND;
  #refilledAt: number;

  constructor(clock: Clock, send: (batch: FactBatch) => void) {
    this.#clock = clock;
    this.#send = send;
    this.#refilledAt = clock.now();
  }

  start(scope: Scope): void {
    const timer = setInterval(() => this.flush(), FLUSH_MS);
    scope.add(() => {
      clearInterval(timer);
      this.flush();
    });
  }

  /** A sink of the log. */
  readonly sink = (fact: Fact): void => {
    this.#to = fact.seq;
    if (!isCallFact(fact) || this.#takes(fact)) this.#facts.push(fact);
  };

  /** Whether all facts of a call under way go to the eyes. */
  samples(call: string): boolean {
    return this.#sampled.has(call);
  }

  /** Sends what there is now. */
  flush(): void {
    if (this.#to < this.#from) return;
    const batch = { from: this.#from, to: this.#to, facts: this.#facts };
    this.#from = this.#to + 1;
    this.#facts = [];
    this.#send(batch);
  }

  #takes(fact: CallFact): boolean {
    if (fact.kind === "call-started") {
      const taken = fact.parent === undefined ? this.#spend() : this.#sampled.has(fact.parent);
      if (taken) this.#sampled.add(fact.call);
      return taken;
    }
    const taken = this.#sampled.has(fact.call);
    if (fact.kind === "call-ended") this.#sampled.delete(fact.call);
    return taken;
  }

  #spend(): boolean {
    const now = this.#clock.now();
    const refill = ((now - this.#refilledAt) / 1000) * SAMPLED_PER_SECOND;
    this.#tokens = Math.min(SAMPLED_PER_SECOND, this.#tokens + refill);
    this.#refilledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
