import type { RetryBudgetSpec } from "../../protocol/spec.ts";
import { formatPercentage } from "../../protocol/units.ts";
import type { RetryBudget } from "./contract.ts";

/**
 * Envoy's `retry_budget`, after `RetryBudgetImpl` of `resource_manager_impl.h`: retries under way,
 * their pauses included, against a share of the requests under way, which is truncated, and never
 * less than the minimum. The request that failed still counts while its retry is asked for.
 */
export class EnvoyBudget implements RetryBudget {
  readonly text: string;
  readonly #percent: number;
  readonly #minimum: number;
  #requests = 0;
  #retries = 0;

  constructor({ percent, minimum }: Extract<RetryBudgetSpec, { rules: "envoy" }>) {
    this.#percent = percent;
    this.#minimum = minimum;
    this.text = `budget ${formatPercentage(percent)}, at least ${minimum}`;
  }

  get balance(): number {
    return Math.max(0, this.#most - this.#retries);
  }

  began(): void {
    // Only requests under way count.
  }

  opened(): void {
    this.#requests++;
  }

  closed(): void {
    this.#requests--;
  }

  grant(): boolean {
    if (this.#retries >= this.#most) return false;
    this.#retries++;
    return true;
  }

  returned(): void {
    this.#retries--;
  }

  get #most(): number {
    return Math.max(Math.trunc(this.#percent * this.#requests), this.#minimum);
  }
}
