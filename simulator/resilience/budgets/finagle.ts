import type { Clock } from "../../kernel/clock.ts";
import type { RetryBudgetSpec } from "../../protocol/spec.ts";
import { formatDuration, formatPercentage } from "../../protocol/units.ts";
import type { RetryBudget } from "./contract.ts";
import { WindowedAdder } from "./windowed-adder.ts";

/** Lets fractions of a retry be counted in whole numbers. */
const SCALE = 1000;
const SLICES = 10;

/**
 * Finagle's `RetryBudget` over a leaky `TokenBucket`: each call deposits, each retry withdraws,
 * what was deposited is forgotten after `ttl`, and there is a reserve for those that call seldom.
 */
export class FinagleBudget implements RetryBudget {
  readonly text: string;
  readonly #deposit: number;
  readonly #withdrawal: number;
  readonly #reserve: number;
  readonly #adder: WindowedAdder;
  /** Without both there is never a balance (`RetryBudget.Empty`). */
  readonly #empty: boolean;

  constructor(
    { ttl, minimumPerSecond, percent }: Extract<RetryBudgetSpec, { rules: "finagle" }>,
    clock: Clock,
  ) {
    this.#empty = minimumPerSecond === 0 && percent === 0;
    this.#deposit = percent === 0 ? 0 : SCALE;
    this.#withdrawal = percent === 0 ? 1 : Math.trunc(SCALE / percent);
    this.#reserve = minimumPerSecond * Math.trunc(ttl / 1000) * this.#withdrawal;
    this.#adder = new WindowedAdder(ttl, SLICES, clock);
    this.text = `budget ${formatPercentage(percent)} over ${formatDuration(ttl)}, and ${minimumPerSecond} per second`;
  }

  get balance(): number {
    return this.#empty ? 0 : Math.trunc(this.#tokens / this.#withdrawal);
  }

  began(): void {
    if (!this.#empty) this.#adder.add(this.#deposit);
  }

  opened(): void {
    // Only what was deposited counts.
  }

  closed(): void {
    // Only what was deposited counts.
  }

  grant(): boolean {
    if (this.#empty || this.#tokens < this.#withdrawal) return false;
    this.#adder.add(-this.#withdrawal);
    return true;
  }

  returned(): void {
    // What was withdrawn stays so.
  }

  get #tokens(): number {
    return this.#reserve + this.#adder.sum();
  }
}
