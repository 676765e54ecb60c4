import type { Permit, PermitEnd } from "../contract.ts";
import type { Strategy } from "./strategy.ts";

/** Waits for so many calls, the probes; everyone else waits for what they decide. */
export interface HalfOpen {
  readonly status: "half-open";
  /** Probes under way. */
  inFlight: number;
  successes: number;
  failures: number;
  /** Made when the first one waits. */
  decided: PromiseWithResolvers<void> | undefined;
}

/** What hears of the results. */
export interface Owner {
  /**
   * A call that began while the breaker was closed is over; the breaker may be open since.
   * @param strategy the one that was in charge when it began
   */
  endedClosed(strategy: Strategy, failed: boolean): void;
  /** A probe is over. */
  endedProbe(state: HalfOpen, failed: boolean): void;
}

/** Of a call that was let in by hand: its result counts nowhere. */
export const PASSES: Permit = { probe: false, ended: () => undefined, finished: () => undefined };

/** Of a call that began while the breaker was closed. */
export class PermitOfClosed implements Permit {
  readonly probe = false;
  readonly #owner: Owner;
  readonly #strategy: Strategy;

  constructor(owner: Owner, strategy: Strategy) {
    this.#owner = owner;
    this.#strategy = strategy;
  }

  ended(end: PermitEnd): void {
    // Who went away says nothing about the service.
    if (end !== "canceled") this.#owner.endedClosed(this.#strategy, end !== "success");
  }

  finished(): void {
    // cockatiel hears of results only.
  }
}

/** Of the probe of a half-open breaker. */
export class PermitOfProbe implements Permit {
  readonly probe = true;
  readonly #owner: Owner;
  readonly #state: HalfOpen;

  constructor(owner: Owner, state: HalfOpen) {
    this.#owner = owner;
    this.#state = state;
  }

  ended(end: PermitEnd): void {
    // Without an answer it must not close; cockatiel itself would, were it an unhandled error.
    this.#owner.endedProbe(this.#state, end !== "success");
  }

  finished(): void {
    // cockatiel hears of results only.
  }
}
