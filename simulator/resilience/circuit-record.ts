import type { AttemptResult } from "../call/contract.ts";
import type { Clock } from "../kernel/clock.ts";
import {
  KEPT_WINDOW_CALLS,
  type BreakerWindow,
  type WindowCall,
} from "../protocol/breaker-model.ts";

/**
 * The newest calls that a breaker has counted: a ring that is written in constant time. It knows
 * which call the engine is dealing with, and so whose result it counts.
 */
export class CircuitRecord {
  readonly #clock: Clock;
  readonly #ring: WindowCall[] = [];
  /** Where the next one is written once the ring is full: the oldest. */
  #next = 0;
  #call: string | undefined;
  #result: AttemptResult | undefined;
  /** What was counted of a call that has no result yet, as it is just asking. */
  #asking: WindowCall | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The call that the engine is dealing with. */
  get call(): string | undefined {
    return this.#call;
  }

  /** Its result, unless it is just asking. */
  get result(): AttemptResult | undefined {
    return this.#result;
  }

  /** The engine deals with this call from here on; without a result the call asks. */
  enter(call: string, result?: AttemptResult): void {
    this.#call = call;
    this.#result = result;
  }

  /** The engine has done so. @param refused what it said to a call that asked */
  leave(refused?: "short-circuit" | "rejected"): void {
    if (this.#asking && refused) this.#asking.outcome = refused;
    this.#asking = undefined;
    this.#call = undefined;
    this.#result = undefined;
  }

  /** The engine has counted the call. */
  count(error: boolean, at = this.#clock.now()): void {
    const call = this.#call;
    if (call === undefined) throw new Error("The engine counted without being asked or told.");
    const slot = this.#slot();
    slot.call = call;
    slot.at = at;
    slot.outcome = this.#result?.outcome ?? "rejected";
    slot.instance = this.#result?.instance;
    slot.error = error;
    if (!this.#result) this.#asking = slot;
  }

  /** The newest calls that this window holds, oldest first. */
  within(window: BreakerWindow): WindowCall[] {
    const kept = this.#ring.length;
    const calls = Math.min(kept, callsIn(window));
    return Array.from({ length: calls }, (_, i) => {
      const slot = this.#ring[(this.#next - calls + i + kept) % kept];
      if (!slot) throw new RangeError(`There is no call ${i} of ${calls}.`);
      const { instance, ...call } = slot;
      return instance === undefined ? call : { ...call, instance };
    });
  }

  #slot(): WindowCall {
    let slot = this.#ring[this.#next];
    if (!slot) this.#ring.push((slot = { call: "", at: 0, outcome: "success", error: false }));
    this.#next = (this.#next + 1) % KEPT_WINDOW_CALLS;
    return slot;
  }
}

/** Those that the engine looks at, and those that it does not look at yet. */
function callsIn({ requests, bars }: BreakerWindow): number {
  return bars.reduce(
    (sum, bar) => (bar.counted ? sum : sum + bar.successes + bar.failures),
    requests,
  );
}
