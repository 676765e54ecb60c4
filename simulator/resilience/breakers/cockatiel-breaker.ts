import {
  circuitBreaker,
  handleAll,
  noop,
  type CircuitBreakerPolicy,
  type FailureReason,
  type IBreaker,
  type IPolicy,
} from "cockatiel";
import type { AttemptResult } from "../../call/contract.ts";
import type { BreakerState, BreakerStatus } from "../../protocol/model.ts";
import type { WindowBar } from "../../protocol/requests.ts";
import type { Breaker, BreakerDeps } from "./contract.ts";

/** What tells cockatiel's strategies apart. */
export interface Strategy {
  readonly engine: string;
  readonly halfOpenAfterMs: number;
  /** When it opens, in one sentence. */
  readonly rule: string;
  /** An empty one. */
  create(): IBreaker;
  /** The window of one that `create` made, oldest first. */
  window(breaker: IBreaker): WindowBar[];
}

/**
 * One of cockatiel's circuit breakers with a hand on it. A reset takes a new policy, since
 * cockatiel's own keeps its window; the old one may still see the ends of calls that it let in.
 */
export class CockatielBreaker implements Breaker {
  readonly policy: IPolicy;
  readonly rule: string;
  readonly #strategy: Strategy;
  readonly #deps: BreakerDeps;
  #strategyState: IBreaker;
  #inner: IPolicy;
  #circuit: CircuitBreakerPolicy;
  #state: BreakerState;

  constructor(strategy: Strategy, deps: BreakerDeps) {
    this.#strategy = strategy;
    this.#deps = deps;
    this.rule = strategy.rule;
    this.#strategyState = strategy.create();
    this.#circuit = this.#build();
    this.#inner = this.#circuit;
    this.#state = this.#stateOf("closed", "No failures so far.");
    // The layers around keep this policy for good; which one it stands for changes by hand.
    const outer = noop;
    this.policy = {
      _altReturn: outer._altReturn,
      onSuccess: outer.onSuccess,
      onFailure: outer.onFailure,
      execute: (fn, signal) => this.#inner.execute(fn, signal),
    };
  }

  get state(): BreakerState {
    return this.#state;
  }

  window(): WindowBar[] {
    return this.#strategy.window(this.#strategyState);
  }

  trip(): void {
    this.#replace();
    this.#circuit.isolate();
    this.#become("forced-open", "Tripped by hand; it stays open until it is reset.");
  }

  holdClosed(): void {
    this.#replace();
    this.#inner = noop;
    this.#become("held-closed", "Held closed by hand; everything passes until it is reset.");
  }

  reset(): void {
    this.#replace();
    this.#become("closed", "Reset by hand.");
  }

  #replace(): void {
    this.#strategyState = this.#strategy.create();
    this.#circuit = this.#build();
    this.#inner = this.#circuit;
  }

  #build(): CircuitBreakerPolicy {
    const policy = handleAll.orWhenResult((result) => this.#deps.failed(result as AttemptResult));
    const circuit = circuitBreaker(policy, {
      breaker: this.#strategyState,
      halfOpenAfter: this.#strategy.halfOpenAfterMs,
    });
    const mine = () => circuit === this.#circuit;
    circuit.onBreak((reason) => {
      if (mine() && !("isolated" in reason)) this.#become("open", this.#whyOpen(reason));
    });
    circuit.onHalfOpen(() => {
      if (mine()) this.#become("half-open", "One probe is under way; its result decides.");
    });
    circuit.onReset(() => {
      if (mine() && this.#state.status === "half-open") {
        this.#become("closed", "The probe succeeded.");
      }
    });
    return circuit;
  }

  #whyOpen(reason: FailureReason<unknown>): string {
    const last = "value" in reason ? (reason.value as AttemptResult) : undefined;
    const error = "error" in reason ? String(reason.error) : (last?.error ?? last?.outcome);
    const by = last?.instance ? ` at ${last.instance}` : "";
    const what = this.#state.status === "half-open" ? "The probe failed" : "Opened";
    return `${what}: ${this.rule} The last failure${by}: ${error ?? "unknown"}.`;
  }

  #become(status: BreakerStatus, reason: string): void {
    this.#state = this.#stateOf(status, reason);
    this.#deps.changed(this.#state);
  }

  #stateOf(status: BreakerStatus, reason: string): BreakerState {
    const since = this.#deps.clock.now();
    const state = { engine: this.#strategy.engine, status, since, reason };
    return status === "open"
      ? { ...state, probeAt: since + this.#strategy.halfOpenAfterMs }
      : state;
  }
}
