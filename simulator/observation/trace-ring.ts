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

/** The whole traces of the newest calls, folded from the facts. */
export class TraceRing {
  readonly #capacity: number;
  readonly #traces = new Map<string, CallTrace>();
  /** Calls that are under way for longer than the ring reaches back: their ends still count. */
  readonly #outlasting = new Map<string, CallTrace>();
  /** Ids in a circle; to ask the map for its oldest key would walk over deleted ones. */
  readonly #order: string[] = [];
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
    const before = this.#traces.get(fact.call) ?? this.#outlasting.get(fact.call);
    const trace =
      fact.kind === "call-started" ? openTrace(fact) : before && reduceTrace(before, fact);
    // The log was joined in the middle of this call.
    if (!trace) return;
    if (!before) this.#makeRoom(fact.call);
    if (!this.#outlasting.has(fact.call)) this.#traces.set(fact.call, trace);
    else if (fact.kind === "call-ended") this.#outlasting.delete(fact.call);
    else this.#outlasting.set(fact.call, trace);
    for (const observer of this.#observers) observer(fact, trace, before);
  };

  #makeRoom(id: string): void {
    const oldest = this.#order[this.#next];
    if (oldest !== undefined) {
      const trace = this.#traces.get(oldest);
      if (trace && trace.outcome === undefined) this.#outlasting.set(oldest, trace);
      this.#traces.delete(oldest);
    }
    this.#order[this.#next] = id;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  /** The call and all that were made while it was answered, in the order of their starts. */
  family(id: string): CallTrace[] {
    const call = this.#traces.get(id);
    if (!call) return [];
    return [...this.#traces.values()].filter((trace) => trace.traceId === call.traceId);
  }

  /** The newest that match and all that were made together with them, newest first. */
  findFamilies(query: TraceQuery): CallTrace[] {
    const wanted = new Set(this.find(query).map((trace) => trace.traceId));
    return [...this.#traces.values()].filter((trace) => wanted.has(trace.traceId)).reverse();
  }

  /** The newest that match, newest first. */
  find(query: TraceQuery): CallTrace[] {
    const found: CallTrace[] = [];
    for (const trace of [...this.#traces.values()].reverse()) {
      if (query.service !== undefined && trace.service !== query.service) continue;
      if (query.outcomes && !(trace.outcome && query.outcomes.includes(trace.outcome))) continue;
      if (query.retried === true && trace.attempts.length < 2) continue;
      found.push(trace);
      if (found.length >= query.limit) break;
    }
    return found;
  }
}
