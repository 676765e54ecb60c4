import type { Fact, NewFact } from "../protocol/events.ts";
import type { Clock } from "./clock.ts";

/** Who is told of facts. Must not throw, and must not decide anything by them. */
export type FactSink = (fact: Fact) => void;

/** The write-only log of facts. Stamps each with its sequence number and time. */
export class EventLog {
  readonly #clock: Clock;
  readonly #sinks = new Set<FactSink>();
  #seq = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sequence number of the newest fact; 0 before the first. */
  get seq(): number {
    return this.#seq;
  }

  append(fact: NewFact): void {
    const stamped = fact as Fact;
    stamped.seq = ++this.#seq;
    stamped.at = this.#clock.now();
    for (const sink of this.#sinks) sink(stamped);
  }

  /** Tells `sink` of all facts from now on; returns the way to stop. */
  subscribe(sink: FactSink): () => void {
    this.#sinks.add(sink);
    return () => this.#sinks.delete(sink);
  }
}
