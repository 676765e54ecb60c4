import type { AttemptResult } from "../../call/contract.ts";
import type { Cancellation, CancellationListener } from "../../kernel/cancellation.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Limit, LimitTarget } from "../../kernel/limits.ts";
import { startLimit } from "../../kernel/start-limit.ts";
import { TimeLimitError } from "../../kernel/time-limit.ts";
import { narrowed } from "../bounds.ts";
import type { PermitEnd } from "../breakers/contract.ts";
import type { Bounds, CircuitPermit, GuardedCall, Next, Try } from "../contract.ts";
import { endedBy, hasFailed } from "../failed.ts";
import type { Passes } from "./passes.ts";

/**
 * What a result is to an engine: its own limit alone is its timeout; what ran into another one has
 * failed.
 */
export function endOf(result: AttemptResult): PermitEnd {
  if (result.outcome === "canceled") return "canceled";
  return hasFailed(result) ? "failure" : "success";
}

/**
 * What runs with a permit that has a time limit of its own, or has to wait for its turn. Where the
 * limit does not cancel, what runs goes on after it, and nobody listens; a caller who goes away ends
 * it all the same, as the context that hystrix-go's `GoC` hands to the run.
 */
export class PermittedRun implements CancellationListener, LimitTarget {
  readonly #clock: Clock;
  readonly #passes: Passes;
  readonly #permit: CircuitPermit;
  readonly #tried: Try;
  readonly #bounds: Bounds;
  /** What ends what runs. */
  readonly #within: Cancellation;
  #limit: Limit | undefined;
  /** When the engine's limit is over. */
  #until = Infinity;
  #resolve: ((result: AttemptResult | Promise<never>) => void) | undefined;

  constructor(clock: Clock, passes: Passes, permit: CircuitPermit, tried: Try, bounds: Bounds) {
    this.#clock = clock;
    this.#passes = passes;
    this.#permit = permit;
    this.#tried = tried;
    this.#bounds = bounds;
    const { cancellation } = bounds;
    this.#within = permit.limit?.cancels ? cancellation.child() : cancellation;
  }

  /** Resolves with what the caller gets. Rejects only by a bug. */
  start(call: GuardedCall, next: Next): Promise<AttemptResult> {
    const answer = new Promise<AttemptResult>((resolve) => {
      this.#resolve = resolve;
    });
    const { reason } = this.#bounds.cancellation;
    if (reason) {
      this.canceled(reason);
      this.#permit.finished();
    } else {
      this.#begin(call, next).then(
        (result) => {
          this.#finished(result);
        },
        (error: unknown) => {
          this.#broke(error);
        },
      );
    }
    return answer;
  }

  /** The caller has gone. */
  canceled(reason: Error): void {
    this.#end("canceled", endedBy("canceled", this.#tried.progress, reason.message));
  }

  /** The engine's own limit is over. */
  late(): void {
    const { limit } = this.#permit;
    if (!limit) return;
    this.#end("timeout", endedBy("timeout", this.#tried.progress, limit.error));
    if (limit.cancels) this.#within.cancel(new TimeLimitError(limit.error));
  }

  #begin(call: GuardedCall, next: Next): Promise<AttemptResult | undefined> {
    const { limit, turn, at = this.#clock.now() } = this.#permit;
    if (limit) {
      this.#until = at + limit.ms;
      this.#limit = startLimit(this.#clock, limit.ms, this, at);
    }
    if (turn || limit?.cancels === false) this.#bounds.cancellation.listen(this);
    return turn ? this.#inTurn(turn, call, next) : next(call, this.#tried, this.#inner());
  }

  async #inTurn(
    turn: Promise<void>,
    call: GuardedCall,
    next: Next,
  ): Promise<AttemptResult | undefined> {
    await turn;
    return this.#resolve ? next(call, this.#tried, this.#inner()) : undefined;
  }

  #inner(): Bounds {
    if (!this.#permit.limit?.cancels) return this.#bounds;
    return narrowed(this.#bounds, this.#within, this.#until);
  }

  /** A bug of ours; the engine is told all the same. */
  #broke(error: unknown): void {
    this.#resolve?.(Promise.reject(error instanceof Error ? error : new Error(String(error))));
    this.#finished({ outcome: "failure", sent: true });
  }

  /** What ran is over; undefined: it never began, because nobody waited any more. */
  #finished(result: AttemptResult | undefined): void {
    if (result) {
      if (this.#resolve) this.#end(endOf(result), result);
      else result.response?.discard();
    }
    this.#permit.finished();
  }

  #end(end: PermitEnd, result: AttemptResult): void {
    const resolve = this.#resolve;
    if (!resolve) return;
    this.#resolve = undefined;
    this.#limit?.lift();
    this.#bounds.cancellation.unlisten(this);
    this.#permit.ended(end, result);
    resolve(this.#passes.leave(result));
  }
}
