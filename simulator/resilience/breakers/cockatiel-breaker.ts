import {
  circuitBreaker,
  handleWhen,
  noop,
  type CircuitBreakerPolicy,
  type FailureReason,
  type IBreaker,
} from "cockatiel";
import type { AttemptResult } from "../../call/contract.ts";
import { messageOf } from "../../kernel/errors.ts";
import type { BreakerState, BreakerStatus } from "../../protocol/model.ts";
import type { WindowBar } from "../../protocol/requests.ts";
import type { Breaker, BreakerDeps } from "./contract.ts";
import { CallerGone, SwitchedPolicy } from "./switched-policy.ts";

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
  readonly policy = new SwitchedPolicy(() => this.#state.status === "half-open");
  readonly rule: string;
  readonly #strategy: Strategy;
  readonly #deps: BreakerDeps;
  #strategyState: IBreaker;
  #circuit: CircuitBreakerPolicy;
  #state: BreakerState;

  constructor(strategy: Strategy, deps: BreakerDeps) {
    this.#strategy = strategy;
    this.#deps = deps;
    this.rule = strategy.rule;
    this.#strategyState = strategy.create();
    this.#circuit = this.#build();
    this.policy.current = this.#circuit;
    this.#state = this.#stateOf("closed", "It has not opened so far.");
  }

  get state(): BreakerState {
    return this.#state;
  }

  window(): WindowBar[] {
    return this.#strategy.window(this.#strategyState);
  }

  trip(): void {
    if (this.#state.status === "forced-open") return;
    this.#replace();
    this.#circuit.isolate();
    this.#become("forced-open", "Tripped by hand; it stays open until it is reset.");
  }

  holdClosed(): void {
    if (this.#state.status === "held-closed") return;
    this.#replace();
    this.policy.current = noop;
    this.#become("held-closed", "Held closed by hand; everything passes until it is reset.");
  }

  reset(): void {
    this.#replace();
    this.#become("closed", "Reset by hand.");
  }

  #replace(): void {
    const old = this.#circuit;
    this.#strategyState = this.#strategy.create();
    this.#circuit = this.#build();
    this.policy.current = this.#circuit;
    // Sends on whoever waits there for the result of a probe.
    old.isolate();
  }

  #build(): CircuitBreakerPolicy {
    const policy = handleWhen(
      (error) => !(error instanceof CallerGone) || error.wasProbe,
    ).orWhenResult((result) => this.#deps.failed(result as AttemptResult));
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
    const error = "error" in reason ? messageOf(reason.error) : (last?.error ?? last?.outcome);
    const by = last?.instance ? ` at ${last.instance}` : "";
    const failure = withStop(error ?? "unknown");
    if (this.#state.status === "half-open") return `The probe failed: ${failure}`;
    return `Opened: ${this.rule} The last failure${by}: ${failure}`;
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

/** A sentence with exactly one full stop at its end. */
function withStop(text: string): string {
  return text.endsWith(".") ? text : `${text}.`;
}
