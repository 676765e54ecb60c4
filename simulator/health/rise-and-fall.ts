import type { HealthTimes } from "./contract.ts";
import type { HealthStatus } from "../protocol/model.ts";
import type { Server } from "../protocol/spec.ts";

/**
 * Turns single results into a status: the first result counts at once; afterwards it takes `fall`
 * failures in a row to fail and `rise` passes in a row to pass again.
 */
export class RiseAndFall {
  readonly #times: HealthTimes;
  readonly #rise: number;
  readonly #fall: number;
  #status: HealthStatus = "unknown";
  #against = 0;

  constructor(times: HealthTimes) {
    this.#times = times;
    this.#rise = times.rise;
    this.#fall = times.fall;
  }

  get status(): HealthStatus {
    return this.#status;
  }

  /** Failing, with no check that has passed since. */
  get isDown(): boolean {
    return this.#status === "failing" && this.#against === 0;
  }

  /**
   * Pause until the next check, in ms, by HAProxy's rule: `fastInterval` while the status is about
   * to change, `downInterval` while failing for good. Before the first result a single failure
   * would be enough.
   */
  get interval(): number {
    const { interval, fastInterval = interval, downInterval = interval } = this.#times;
    if (this.#against > 0 || (this.#status === "unknown" && this.#fall > 1)) return fastInterval;
    return this.isDown ? downInterval : interval;
  }

  /**
   * Calls have failed too often (HAProxy's `observe`): counts as a failed check; with
   * `sudden-death` one more is enough to fail, with `mark-down` none, nor before the first result.
   * Whether the status changed.
   */
  suspect(onError: Server["onError"]): boolean {
    if (onError === "fastinter") return false;
    if (this.#status === "passing") {
      if (onError === "mark-down") this.#against = this.#fall - 1;
      if (onError === "sudden-death") this.#against = Math.max(this.#against, this.#fall - 2);
    }
    return this.add(false);
  }

  /** Takes one result in; returns whether the status changed. */
  add(ok: boolean): boolean {
    const says: HealthStatus = ok ? "passing" : "failing";
    if (says === this.#status) {
      this.#against = 0;
      return false;
    }
    this.#against++;
    const needed = this.#status === "unknown" ? 1 : ok ? this.#rise : this.#fall;
    if (this.#against < needed) return false;
    this.#status = says;
    this.#against = 0;
    return true;
  }
}
