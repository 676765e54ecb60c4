import type { Clock } from "../kernel/clock.ts";
import type { EventLog } from "../kernel/event-log.ts";
import type { Scope } from "../kernel/scope.ts";
import { isCallFact, type Fact, type FactBatch } from "../protocol/events.ts";
import type { Snapshot } from "../protocol/model.ts";
import { emptySnapshot, KEPT_CALLS, reduce } from "../protocol/reduce.ts";
import { CallCounters } from "./counters.ts";
import { DecisionLog } from "./decision-log.ts";
import { FactBatcher } from "./fact-batcher.ts";
import { TraceRing } from "./trace-ring.ts";

/** Traces that are kept whole. */
const KEPT_TRACES = 10_000;
/** Picks of a service that the inspector shows. */
const KEPT_DECISIONS = 20;

/** All that is made of the facts: the state, the totals, the traces, the batches for the eyes. */
export class Observation {
  readonly traces = new TraceRing(KEPT_TRACES);
  readonly decisions = new DecisionLog(KEPT_DECISIONS);
  readonly #log: EventLog;
  readonly #counters: CallCounters;
  readonly #batcher: FactBatcher;
  #state = emptySnapshot();

  constructor(clock: Clock, log: EventLog, send: (batch: FactBatch) => void) {
    this.#log = log;
    this.#counters = new CallCounters(clock, log);
    this.#batcher = new FactBatcher(clock, send);
    this.traces.observe(this.#counters.observer);
    this.traces.observe(this.decisions.observer);
  }

  start(scope: Scope): void {
    for (const sink of [this.#fold, this.traces.sink, this.#batcher.sink]) {
      scope.add(this.#log.subscribe(sink));
    }
    this.#batcher.start(scope);
    this.#counters.start(scope);
  }

  /** The state after all facts so far; the batches go on after it without a gap. */
  snapshot(): Snapshot {
    this.#counters.tell();
    this.#batcher.flush();
    const calls = this.traces
      .find({ limit: KEPT_CALLS })
      .filter((call) => call.outcome !== undefined || this.#batcher.samples(call.id))
      .reverse();
    return { ...this.#state, seq: this.#log.seq, calls };
  }

  readonly #fold = (fact: Fact): void => {
    if (isCallFact(fact)) return;
    this.#state = reduce(this.#state, fact);
    if (fact.kind === "instance-removed") this.#counters.forgetInstance(fact.instance);
    if (fact.kind === "service-removed") this.#counters.forgetService(fact.service);
  };
}
