import { isCallFact, type CallFact, type Fact } from "../protocol/events.ts";
import type { CallTrace, Outcome } from "../protocol/model.ts";
import { openTrace, reduceTrace } from "../protocol/reduce-trace.ts";

/** Told of each fact of a call, and of the call's trace before and after it. */
export type TraceObserver = (
  fact: CallFact,
  trace: CallTrace,
  before: CallTrace | undefined,
) => void;

/** What {@link TraceRing.find} looks for. */
export interface TraceQuery {
  readonly service?: string | undefined;
  readonly outcomes?: readonly Outcome[] | undefined;
  readonly retried?: boolean | undefined;
  readonly limit: number;
}

/** A call under way, and its place in the ring. */
interface OpenCall {
  trace: CallTrace;
  readonly place: number;
}

/** The whole traces of the newest calls, folded from the facts. */
export class TraceRing {
  readonly #capacity: number;
  /** In a circle, in the order of their starts. */
  readonly #ring: CallTrace[] = [];
  /** Also those that are under way for longer than the ring reaches back: their ends still count. */
  readonly #open = new Map<string, OpenCall>();
  readonly #observers: TraceObserver[] = [];
  #next = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  observe(observer: TraceObserver): void {
    this.#observers.push(observer);
  }

  /** A sink of the log. */
  readonly sink = (fact: Fact): void => {
    if (!isCallFact(fact)) return;
    if (fact.kind === "call-started") {
      const trace = openTrace(fact);
      this.#open.set(fact.call, { trace, place: this.#next });
      this.#ring[this.#next] = trace;
      this.#next = (this.#next + 1) % this.#capacity;
      this.#tell(fact, trace, undefined);
      return;
    }
    const open = this.#open.get(fact.call);
    // The log was joined in the middle of this call.
    if (!open) return;
    const before = open.trace;
    const trace = reduceTrace(before, fact);
    open.trace = trace;
    // Another call has its place when the ring has gone round.
    if (this.#ring[open.place] === before) this.#ring[open.place] = trace;
    if (fact.kind === "call-ended") this.#open.delete(fact.call);
    this.#tell(fact, trace, before);
  };

  /** The call and all that were made while it was answered, in the order of their starts. */
  family(id: string): CallTrace[] {
    const call = this.#ring.find((trace) => trace.id === id);
    if (!call) return [];
    return this.#inOrder().filter((trace) => trace.traceId === call.traceId);
  }

  /** The newest that match and all that were made together with them, newest first. */
  findFamilies(query: TraceQuery): CallTrace[] {
    const wanted = new Set(this.find(query).map((trace) => trace.traceId));
    return this.#inOrder()
      .filter((trace) => wanted.has(trace.traceId))
      .reverse();
  }

  /** The newest that match, newest first. */
  find(query: TraceQuery): CallTrace[] {
    const found: CallTrace[] = [];
    for (const trace of this.#inOrder().reverse()) {
      if (query.service !== undefined && trace.service !== query.service) continue;
      if (query.outcomes && !(trace.outcome && query.outcomes.includes(trace.outcome))) continue;
      if (query.retried === true && trace.attempts.length < 2) continue;
      found.push(trace);
      if (found.length >= query.limit) break;
    }
    return found;
  }

  #tell(fact: CallFact, trace: CallTrace, before: CallTrace | undefined): void {
    for (const observer of this.#observers) observer(fact, trace, before);
  }

  /** All that are kept, oldest first. */
  #inOrder(): CallTrace[] {
    return [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
  }
}
