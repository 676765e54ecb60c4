import type { EventLog } from "../kernel/event-log.ts";
import type { AttemptResult } from "./contract.ts";
import type { LiveTry } from "./live-try.ts";
import type { EndedAttempt, StartedAttempt } from "./told-attempts.ts";

/**
 * Tells the facts of the attempts of one call. They are numbered as they start, or as they end when
 * they never started; several may be under way at the same time.
 */
export class AttemptFacts {
  readonly #log: EventLog | undefined;
  readonly #call: string;
  #newest = 0;
  #made = 0;
  /** The one that ended last. */
  #ended = 0;

  constructor(log: EventLog | undefined, call: string) {
    this.#log = log;
    this.#call = call;
  }

  /** Attempts that were made; refused ones do not count. */
  get made(): number {
    return this.#made;
  }

  /** The number that the next attempt will have. */
  get next(): number {
    return this.#newest + 1;
  }

  started(tried: LiveTry, attempt: StartedAttempt): void {
    tried.number = ++this.#newest;
    tried.isTold = true;
    this.#made++;
    this.#log?.append({
      kind: "attempt-started",
      call: this.#call,
      number: tried.number,
      ...attempt,
      ...(tried.hedge && { hedge: true }),
    });
  }

  ended(tried: LiveTry, result: AttemptResult, more: EndedAttempt): void {
    // One that was refused, or given up before its turn, never started.
    const number = tried.isTold && tried.number !== undefined ? tried.number : ++this.#newest;
    tried.number = number;
    tried.isTold = false;
    this.#ended = number;
    const { outcome, response, error, faults } = result;
    // A program that got no answer still gives the caller one; it is not the instance's.
    const answered = outcome === "success" || outcome === "failure";
    this.#log?.append({
      kind: "attempt-ended",
      call: this.#call,
      number,
      outcome,
      ...(response && answered && { status: response.status }),
      ...(error !== undefined && { error }),
      ...(faults && { faults: [...faults] }),
      ...more,
    });
  }

  retrying(backoffMs: number): void {
    const number = this.#ended;
    this.#log?.append({ kind: "retry-scheduled", call: this.#call, number, backoffMs });
  }
}
