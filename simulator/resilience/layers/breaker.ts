import type { AttemptResult } from "../../call/contract.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { LayerPicture } from "../../protocol/layer-model.ts";
import { firstOf } from "../../kernel/first-of.ts";
import type {
  Bounds,
  Circuit,
  CircuitAdmission,
  CircuitPermit,
  GuardedCall,
  Layer,
  Next,
  Try,
} from "../contract.ts";
import { endedBy } from "../failed.ts";
import type { LayerKind } from "./contract.ts";
import { Passes } from "./passes.ts";
import { endOf, PermittedRun } from "./permitted-run.ts";

type Refusal = Extract<CircuitAdmission, { kind: "refused" }>;

/**
 * Asks the circuit before each pass, and tells it how the pass ended. A call that is under way
 * while the settings change asks the service's new circuit from then on, as that is the one that
 * is shown and that hands are laid on; without a new one it passes.
 */
export class BreakerLayer implements Layer {
  readonly id = "breaker";
  readonly #circuit: Circuit;
  readonly #circuitNow: () => Circuit | undefined;
  readonly #clock: Clock;
  readonly #passes = new Passes();
  #waiting = 0;

  /** @param circuitNow the service's circuit at the moment, which may be another one since */
  constructor(
    circuit: Circuit,
    clock: Clock,
    circuitNow: () => Circuit | undefined = () => circuit,
  ) {
    this.#circuit = circuit;
    this.#circuitNow = circuitNow;
    this.#clock = clock;
  }

  run(call: GuardedCall, tried: Try, bounds: Bounds, next: Next): Promise<AttemptResult> {
    this.#passes.enter();
    return this.#ask(call, tried, bounds, next);
  }

  picture(): LayerPicture {
    const { title, rule, state, transitions } = this.#circuit;
    const waiting = { name: "waiting", value: this.#waiting };
    return {
      id: this.id,
      title: "Breaker",
      settings: `${title}: ${rule}`,
      ...this.#passes.picture(),
      figures: [
        { name: "transitions", value: transitions.at(-1)?.id ?? state.transitions },
        ...(this.#waiting > 0 ? [waiting] : []),
      ],
    };
  }

  #ask(call: GuardedCall, tried: Try, bounds: Bounds, next: Next): Promise<AttemptResult> {
    const circuit = this.#circuitNow();
    const { leave, broke } = this.#passes;
    if (!circuit) return next(call, tried, bounds).then(leave, broke);
    const admission = circuit.admit(call.id);
    if (admission.kind === "admitted") {
      return this.#admitted(admission.permit, call, tried, bounds, next);
    }
    if (admission.kind === "wait") return this.#wait(admission.until, call, tried, bounds, next);
    return Promise.resolve(this.#refused(admission, tried, circuit));
  }

  #admitted(
    permit: CircuitPermit,
    call: GuardedCall,
    tried: Try,
    bounds: Bounds,
    next: Next,
  ): Promise<AttemptResult> {
    if (permit.limit || permit.turn) {
      const run = new PermittedRun(this.#clock, this.#passes, permit, tried, bounds);
      return run.start(call, next);
    }
    return this.#unlimited(permit, call, tried, bounds, next);
  }

  /** Of its own: what closures need is made anew for each call. */
  #unlimited(
    permit: CircuitPermit,
    call: GuardedCall,
    tried: Try,
    bounds: Bounds,
    next: Next,
  ): Promise<AttemptResult> {
    const { leave, broke } = this.#passes;
    return next(call, tried, bounds).then(
      (result) => {
        permit.ended(endOf(result), result);
        permit.finished();
        return leave(result);
      },
      (error: unknown) => {
        permit.ended("failure", { outcome: "failure", sent: true });
        permit.finished();
        return broke(error);
      },
    );
  }

  #refused({ outcome, error }: Refusal, { progress }: Try, circuit: Circuit): AttemptResult {
    const sentence = /[.!?]$/.test(error) ? error : `${error}.`;
    const why = outcome === "short-circuit" ? ` ${circuit.state.reason}` : "";
    return this.#passes.refuse({
      ...endedBy(outcome, progress, sentence + why),
      refusal: error,
    });
  }

  /** Others decide first, such as a probe; then it asks again. */
  async #wait(
    until: Promise<void>,
    call: GuardedCall,
    tried: Try,
    bounds: Bounds,
    next: Next,
  ): Promise<AttemptResult> {
    const { cancellation } = bounds;
    this.#waiting++;
    await firstOf(until, cancellation);
    this.#waiting--;
    if (cancellation.reason) {
      return this.#passes.leave(endedBy("canceled", tried.progress, cancellation.reason.message));
    }
    return this.#ask(call, tried, bounds, next);
  }
}

export const breaker: LayerKind = {
  id: "breaker",
  settings: (spec) => spec.breaker,
  create: (_, { circuit, clock, circuitNow }) =>
    circuit && new BreakerLayer(circuit, clock, circuitNow),
};
