import type { BreakerSpec } from "../protocol/breaker-spec.ts";
import { EngineCircuit } from "../resilience/circuit.ts";
import type { CircuitAdmission } from "../resilience/contract.ts";
import { BreakerLayer } from "../resilience/layers/breaker.ts";
import { BreakerCall, type BreakerResult, type TimedCall } from "./breaker-call.ts";
import { parseBreakerLine, wrongLine, type BreakerDeed, type BreakerLine } from "./breaker-line.ts";
import { BOUNDS, run } from "./played-call.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** Nothing here waits for the machine: what an event sets off is done with its promises. */
class PromptClock extends VirtualClock {
  override settle(): Promise<void> {
    return new Promise((resolve) => {
      process.nextTick(resolve);
    });
  }
}

/** A circuit that says what it answers to each call. */
class WatchedCircuit extends EngineCircuit {
  answered: ((call: string, admission: CircuitAdmission) => void) | undefined;

  override admit(call: string): CircuitAdmission {
    const admission = super.admit(call);
    this.answered?.(call, admission);
    return admission;
  }
}

/**
 * Plays a timeline through a breaker in virtual time, by the code of the gateway: its circuit and
 * the layer around it. What ends at a moment is counted before what starts then, and an engine's
 * time limit is over before a run that takes just as long.
 */
export class BreakerPlay {
  readonly #clock = new PromptClock();
  readonly #circuit: WatchedCircuit;
  readonly #layer: BreakerLayer;
  readonly #write: (result: BreakerResult) => Promise<void> | undefined;
  /** Those whose results were not written yet, in the order of their lines, from `#written` on. */
  #calls: BreakerCall[] = [];
  #written = 0;
  /** The call that asks for the first time. */
  #asking: BreakerCall | undefined;
  /** Those that will ask again. */
  readonly #waiting = new Map<string, BreakerCall>();
  #underWay = 0;
  #lines = 0;
  #last = 0;
  /** Whether the answer to the last call has more to follow than its own run. */
  #isUnsettled = false;

  /** @param write takes the results in the order of the lines; resolves when it takes more */
  constructor(spec: BreakerSpec, write: (result: BreakerResult) => Promise<void> | undefined) {
    this.#write = write;
    this.#circuit = new WatchedCircuit(spec, { clock: this.#clock, changed: () => undefined });
    this.#circuit.answered = (id, admission) => {
      const call = this.#asking ?? this.#waiting.get(id);
      if (admission.kind !== "wait") {
        this.#waiting.delete(id);
        call?.answered(admission.kind === "admitted", this.#circuit.status);
      } else if (call) {
        this.#waiting.set(id, call);
      }
      this.#isUnsettled ||= admission.kind === "admitted" && admission.permit.turn !== undefined;
    };
    this.#layer = new BreakerLayer(this.#circuit, this.#clock);
  }

  /**
   * Plays the next lines. Rejects with a FuseboardError that names the line that is wrong; what has
   * ended until then is written.
   */
  async play(lines: readonly string[]): Promise<void> {
    try {
      for (const text of lines) {
        this.#lines++;
        if (text.trim() !== "") await this.#take(parseBreakerLine(text, this.#lines));
      }
    } finally {
      await this.#flush();
    }
  }

  /** Plays what is still under way to its end. */
  async end(): Promise<void> {
    await this.#clock.runUntil(() => this.#underWay === 0);
    await this.#flush();
    this.#circuit.close();
  }

  async #take(line: BreakerLine): Promise<void> {
    if (line.t < this.#last) {
      const what = `it is at ${line.t}ms, before the line at ${this.#last}ms. Sort the lines by "t".`;
      throw wrongLine(this.#lines, what);
    }
    this.#last = line.t;
    await this.#clock.advanceTo(line.t);
    if ("do" in line) this.#byHand(line.do);
    else this.#call(line);
    if (this.#isUnsettled) await this.#clock.settle();
    this.#isUnsettled = false;
  }

  #byHand(deed: BreakerDeed): void {
    if (deed === "force-open") this.#circuit.forceOpen();
    else if (deed === "force-closed") this.#circuit.holdClosed();
    else this.#circuit.reset();
    // It may let calls go on that waited.
    this.#isUnsettled = true;
  }

  #call(timed: TimedCall): void {
    const id = this.#lines.toString(16).padStart(16, "0");
    const call = new BreakerCall(id, timed, this.#clock);
    this.#calls.push(call);
    this.#underWay++;
    this.#asking = call;
    void this.#layer.run(call, call.open(), BOUNDS, run).then((result) => {
      call.came(result);
      this.#underWay--;
    });
    this.#asking = undefined;
  }

  /** Writes the results at the head of the line. */
  async #flush(): Promise<void> {
    for (; this.#written < this.#calls.length; this.#written++) {
      const result = this.#calls[this.#written]?.result;
      if (!result) break;
      const written = this.#write(result);
      if (written) await written;
    }
    if (this.#written * 2 < this.#calls.length) return;
    this.#calls = this.#calls.slice(this.#written);
    this.#written = 0;
  }
}
