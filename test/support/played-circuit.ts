import type { AttemptResult } from "../../simulator/call/contract.ts";
import type { Clock } from "../../simulator/kernel/clock.ts";
import { VirtualClock } from "../../simulator/offline/virtual-clock.ts";
import { BreakerState } from "../../simulator/protocol/breaker-model.ts";
import type { BreakerSpec } from "../../simulator/protocol/spec.ts";
import type { PermitEnd } from "../../simulator/resilience/breakers/contract.ts";
import { EngineCircuit } from "../../simulator/resilience/circuit.ts";
import type { CircuitPermit } from "../../simulator/resilience/contract.ts";

/** How a call came out, as its caller sees it. */
export const RESULTS: Record<PermitEnd, AttemptResult> = {
  success: { outcome: "success", sent: true, instance: "svc-1" },
  failure: {
    outcome: "failure",
    sent: true,
    instance: "svc-1",
    error: "svc-1 answered 500.",
  },
  timeout: { outcome: "timeout", sent: true, instance: "svc-2", error: "It took too long." },
  canceled: { outcome: "canceled", sent: true, instance: "svc-1" },
};

/** A call that was let in and has not ended. */
export interface CallInside {
  readonly id: string;
  readonly permit: CircuitPermit;
  end(end: PermitEnd): void;
}

/** Virtual time that knows how many timers are pending. */
class CountingClock implements Clock {
  readonly virtual = new VirtualClock();
  readonly #pending = new Set<object>();

  get pending(): number {
    return this.#pending.size;
  }

  now(): number {
    return this.virtual.now();
  }

  after(ms: number, run: () => void): () => void {
    const timer = {};
    this.#pending.add(timer);
    const cancel = this.virtual.after(ms, () => {
      this.#pending.delete(timer);
      run();
    });
    return () => {
      this.#pending.delete(timer);
      cancel();
    };
  }
}

/** A circuit in virtual time, and everything that it said. */
export class PlayedCircuit {
  readonly circuit: EngineCircuit;
  /** What it told its creator, in order. */
  readonly states: BreakerState[] = [];
  readonly #clock = new CountingClock();
  #calls = 0;

  constructor(spec: BreakerSpec, isDebugged?: (instance: string) => boolean) {
    this.circuit = new EngineCircuit(spec, {
      clock: this.#clock,
      isDebugged,
      changed: (state) => this.states.push(BreakerState.parse(state)),
    });
  }

  get status(): BreakerState["status"] {
    return this.circuit.state.status;
  }

  get now(): number {
    return this.#clock.now();
  }

  /** Timers that it waits for. */
  get pending(): number {
    return this.#clock.pending;
  }

  /** How many calls have asked so far. */
  get asked(): number {
    return this.#calls;
  }

  wait(ms: number): Promise<void> {
    return this.#clock.virtual.advanceTo(this.#clock.virtual.elapsed + ms);
  }

  /** Lets time pass until it waits for nothing any more. */
  rest(): Promise<void> {
    return this.#clock.virtual.runUntil(() => false);
  }

  /** Asks once: a call inside, why it was refused, or what it has to wait for. */
  ask(): CallInside | "short-circuit" | "rejected" | Promise<void> {
    this.#calls++;
    const id = this.#calls.toString(16).padStart(16, "0");
    const admission = this.circuit.admit(id);
    if (admission.kind === "refused") return admission.outcome;
    if (admission.kind === "wait") return admission.until;
    const { permit } = admission;
    return {
      id,
      permit,
      end(end) {
        permit.ended(end, RESULTS[end]);
        permit.finished();
      },
    };
  }

  /** A call that is let in for sure. */
  begin(): CallInside {
    const call = this.ask();
    if (!isInside(call)) throw new Error(`A call was not let in: ${this.circuit.state.reason}`);
    return call;
  }

  /** A call that takes no time: how it ended, or what kept it out. */
  pass(end: PermitEnd): PermitEnd | "short-circuit" | "rejected" | "waits" {
    const call = this.ask();
    if (call instanceof Promise) return "waits";
    if (!isInside(call)) return call;
    call.end(end);
    return end;
  }

  /** Fails, ten calls a second, until it opens. */
  async open(): Promise<void> {
    for (let i = 0; this.status === "closed"; i++) {
      if (i > 200) throw new Error("It does not open.");
      this.pass("failure");
      await this.wait(100);
    }
  }

  /** Opens, and lets time pass until a probe may pass. */
  async untilProbe(): Promise<void> {
    await this.open();
    const { probeAt } = this.circuit.state;
    if (probeAt === undefined) throw new Error("It does not say when a probe may pass.");
    // One of the libraries asks whether the pause is exceeded, the others whether it is reached.
    await this.wait(probeAt - this.now + 1);
  }
}

export function isInside(call: ReturnType<PlayedCircuit["ask"]>): call is CallInside {
  return typeof call === "object" && "permit" in call;
}
