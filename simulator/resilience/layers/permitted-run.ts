import type { AttemptResult } from "../../call/contract.ts";
import { Cancellation, type CancellationListener } from "../../kernel/cancellation.ts";
import type { Clock } from "../../kernel/clock.ts";
import { TimeLimitError } from "../../kernel/time-limit.ts";
import type { PermitEnd } from "../breakers/contract.ts";
import { narrowed } from "../bounds.ts";
import type { Bounds, CircuitPermit, GuardedCall, Next, Try } from "../contract.ts";
import { endedBy, hasFailed } from "../failed.ts";

/**
 * What a result is to an engine: its own limit alone is its timeout; what ran into another one has
 * failed. What an instance did while a debugger held it does not count.
 */
export function endOf(result: AttemptResult): PermitEnd {
  if (result.outcome === "canceled") return "canceled";
  if (!hasFailed(result)) return "success";
  return result.debugged ? "canceled" : "failure";
}

/**
 * What runs with a permit that has a time limit of its own, or has to wait for its turn. Where the
 * limit does not cancel, what runs goes on after it, and after the caller: nobody listens.
 */
export class PermittedRun implements CancellationListener {
  readonly #clock: Clock;
  readonly #permit: CircuitPermit;
  readonly #tried: Try;
  readonly #bounds: Bounds;
  /** What ends what runs. */
  readonly #within: Cancellation;
  #cancelTimer: (() => void) | undefined;
  #resolve: ((result: AttemptResult) => void) | undefined;

  constructor(clock: Clock, permit: CircuitPermit, tried: Try, bounds: Bounds) {
    this.#clock = clock;
    this.#permit = permit;
    this.#tried = tried;
    this.#bounds = bounds;
    const goesOn = permit.limit && !permit.limit.cancels;
    this.#within = goesOn ? Cancellation.independent() : bounds.cancellation.child();
  }

  /** Resolves with what the caller gets. Rejects only by a bug. */
  start(call: GuardedCall, next: Next): Promise<AttemptResult> {
    const { limit, turn } = this.#permit;
    const { cancellation } = this.#bounds;
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      if (cancellation.reason) {
        this.canceled(cancellation.reason);
        this.#permit.finished();
        return;
      }
      if (limit) this.#cancelTimer = this.#clock.after(limit.ms, this.#late);
      if (turn || limit?.cancels === false) cancellation.listen(this);
      const run = () => next(call, this.#tried, this.#inner());
      const running = turn ? turn.then(() => (this.#resolve ? run() : undefined)) : run();
      running.then(this.#finished, (error: unknown) => {
        this.#finished({ outcome: "failure", sent: true });
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
  }

  /** The caller has gone. */
  canceled(reason: Error): void {
    this.#end("canceled", endedBy("canceled", this.#tried.progress, reason.message));
  }

  #inner(): Bounds {
    const { limit } = this.#permit;
    const cancellation = this.#within;
    if (!limit?.cancels) return { ...this.#bounds, cancellation };
    return narrowed(this.#bounds, cancellation, this.#clock.now() + limit.ms);
  }

  readonly #late = (): void => {
    const { limit } = this.#permit;
    if (!limit) return;
    this.#end("timeout", endedBy("timeout", this.#tried.progress, limit.error));
    if (limit.cancels) this.#within.cancel(new TimeLimitError(limit.error));
  };

  /** What ran is over; undefined: it never began, because nobody waited any more. */
  readonly #finished = (result: AttemptResult | undefined): void => {
    if (result) {
      if (!this.#resolve) result.response?.discard();
      else this.#end(endOf(result), result);
    }
    this.#permit.finished();
  };

  #end(end: PermitEnd, result: AttemptResult): void {
    const resolve = this.#resolve;
    if (!resolve) return;
    this.#resolve = undefined;
    this.#cancelTimer?.();
    this.#bounds.cancellation.unlisten(this);
    this.#permit.ended(end, result);
    resolve(result);
  }
}
