import { BrokenCircuitError, CircuitState, IsolatedCircuitError } from "cockatiel";
import type { BreakerStatus, TransitionCause } from "../../../protocol/breaker-model.ts";
import type { Admission, Engine, EngineDeps } from "../contract.ts";
import { PASSES, PermitOfClosed, PermitOfProbe, type HalfOpen, type Owner } from "./permits.ts";
import type { Strategy, StrategyKind } from "./strategy.ts";

/** As in cockatiel's `CircuitBreakerPolicy`, with what is done by hand beside it. */
type State =
  | { readonly status: "closed" | "forced-open" | "held-closed" }
  | { readonly status: "open"; readonly openedAt: number }
  | HalfOpen;

const CLOSED: State = { status: "closed" };
const ADMITTED_BY_HAND: Admission = { kind: "admitted", permit: PASSES };
const BROKEN = refusal(new BrokenCircuitError());
const ISOLATED = refusal(new IsolatedCircuitError());

/**
 * cockatiel 4's `CircuitBreakerPolicy` without its promises and with a given clock. Forced open is
 * its `isolate`; its `dispose` gives back to closed with the window as it is.
 */
export class CockatielEngine implements Engine, Owner {
  readonly #kind: StrategyKind;
  readonly #deps: EngineDeps;
  #strategy: Strategy;
  #state: State = CLOSED;
  #isOver = false;

  constructor(kind: StrategyKind, deps: EngineDeps) {
    this.#kind = kind;
    this.#deps = deps;
    this.#strategy = kind.create();
  }

  get status(): BreakerStatus {
    return this.#state.status;
  }

  get probeAt(): number | undefined {
    return this.#state.status === "open"
      ? this.#state.openedAt + this.#kind.halfOpenAfterMs
      : undefined;
  }

  get rule(): string {
    return this.#kind.rule;
  }

  window() {
    return this.#strategy.window();
  }

  admit(): Admission {
    const state = this.#state;
    if (this.#isOver) return BROKEN;
    switch (state.status) {
      case "closed":
        return { kind: "admitted", permit: new PermitOfClosed(this, this.#strategy) };
      case "held-closed":
        return ADMITTED_BY_HAND;
      case "forced-open":
        return ISOLATED;
      case "half-open":
        return this.#admitHalfOpen(state);
      case "open": {
        if (this.#deps.clock.now() - state.openedAt < this.#kind.halfOpenAfterMs) return BROKEN;
        return this.#admitHalfOpen(this.#halfOpen("sleep-window-over"));
      }
    }
  }

  endedClosed(strategy: Strategy, failed: boolean): void {
    // Reset by hand since: its window is another one.
    if (strategy !== this.#strategy) return;
    if (!failed) {
      this.#deps.counted(false);
      strategy.success(CircuitState.Closed);
      return;
    }
    this.#deps.counted(true);
    if (!strategy.failure(CircuitState.Closed)) return;
    if (this.#state.status === "closed") this.#open("threshold");
    else if (this.#state.status === "half-open") this.#open("late-failure");
  }

  endedProbe(state: HalfOpen, failed: boolean): void {
    // Decided without it, by a late failure or by hand.
    if (state !== this.#state) return;
    const { calls, threshold } = this.#kind.halfOpen;
    state.inFlight--;
    if (failed) state.failures++;
    else state.successes++;
    if (failed && state.failures > threshold * calls) {
      this.#deps.counted(true);
      this.#strategy.failure(CircuitState.HalfOpen);
      this.#open("probe-failed");
      return;
    }
    if (state.successes + state.failures < calls || state.inFlight > 0) return;
    const window = this.window();
    this.#strategy.success(CircuitState.HalfOpen);
    this.#become(CLOSED, "probe-succeeded", window);
    this.#deps.counted(false);
  }

  force(mode: "open" | "closed" | undefined): void {
    if (mode === undefined) {
      const { status } = this.#state;
      if (status === "forced-open" || status === "held-closed") this.#become(CLOSED, "by-hand");
      return;
    }
    const status = mode === "open" ? "forced-open" : "held-closed";
    if (this.#state.status !== status) this.#become({ status }, "by-hand");
  }

  probe(): void {
    if (this.#state.status !== "half-open") this.#halfOpen("by-hand");
    else if (this.#state.inFlight > 0) this.#forgetProbe(this.#state);
  }

  reset(): void {
    const window = this.window();
    this.#strategy = this.#kind.create();
    if (this.#state.status !== "closed") this.#become(CLOSED, "by-hand", window);
  }

  close(): void {
    this.#isOver = true;
    if (this.#state.status === "half-open") this.#state.decided?.resolve();
  }

  #admitHalfOpen(state: HalfOpen): Admission {
    if (state.successes + state.failures + state.inFlight >= this.#kind.halfOpen.calls) {
      state.decided ??= Promise.withResolvers();
      return { kind: "wait", until: state.decided.promise };
    }
    state.inFlight++;
    return { kind: "admitted", permit: new PermitOfProbe(this, state) };
  }

  /** Whoever waits for its result asks again, and the first of them is the probe. */
  #forgetProbe({ decided }: HalfOpen): void {
    this.#state = halfOpen();
    decided?.resolve();
  }

  #halfOpen(cause: TransitionCause): HalfOpen {
    const state = halfOpen();
    this.#become(state, cause);
    return state;
  }

  #open(cause: TransitionCause): void {
    this.#become({ status: "open", openedAt: this.#deps.clock.now() }, cause);
  }

  #become(state: State, cause: TransitionCause, window = this.window()): void {
    const before = this.#state;
    this.#state = state;
    if (before.status === "half-open") before.decided?.resolve();
    this.#deps.changed({ from: before.status, to: state.status, cause, window });
  }
}

function halfOpen(): HalfOpen {
  return { status: "half-open", inFlight: 0, successes: 0, failures: 0, decided: undefined };
}

function refusal(error: Error): Admission {
  return { kind: "refused", outcome: "short-circuit", error: error.message };
}
