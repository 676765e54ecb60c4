import type { CallTrace } from "../protocol/model.ts";
import type { ServiceInspection } from "../protocol/requests.ts";
import type { CallFact } from "../protocol/events.ts";

type Entry = ServiceInspection["decisions"][number];

/** The newest picks of every service. */
export class DecisionLog {
  readonly #kept: number;
  readonly #entries = new Map<string, Entry[]>();

  constructor(kept: number) {
    this.#kept = kept;
  }

  /** Observes the ring of traces. */
  readonly observer = (fact: CallFact, trace: CallTrace): void => {
    if (fact.kind === "attempt-ended" && fact.decision) this.#told(fact, trace.service);
    if (fact.kind !== "attempt-started" || !fact.decision) return;
    const { at, call, number: attempt, decision, queuedMs } = fact;
    let entries = this.#entries.get(trace.service);
    if (!entries) this.#entries.set(trace.service, (entries = []));
    entries.push({ at, call, attempt, decision, queuedMs });
    if (entries.length > this.#kept) entries.shift();
  };

  /** A program told of its pick when it was over. */
  #told({ call, number, decision }: Extract<CallFact, { kind: "attempt-ended" }>, service: string) {
    const entries = this.#entries.get(service);
    const index = entries?.findLastIndex((each) => each.call === call && each.attempt === number);
    const known = entries?.[index ?? -1];
    if (entries && index !== undefined && known && decision)
      entries[index] = { ...known, decision };
  }

  /** Newest first. */
  of(service: string): Entry[] {
    return [...(this.#entries.get(service) ?? [])].reverse();
  }
}
