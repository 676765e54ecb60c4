import { PASSES, REFUSED, type RuleSet, type RuleSetHost } from "./rule-set.ts";
import type { SingleTest, Verdict } from "./rule-set.ts";

/**
 * The rules of 1.5.12: it opens by itself at the end of a bucket; after the sleep window one call
 * makes it half-open, and then the next success closes it and the next failure opens it, whoever's
 * they are. A test that is canceled or that the semaphore rejects leaves it half-open: only a call
 * from before can change that.
 */
export class HalfOpenRules implements RuleSet {
  readonly opensByItself = true;
  readonly #host: RuleSetHost;
  #state: "closed" | "open" | "half-open" = "closed";
  #openedAt = 0;
  #isArmed = false;
  #period = 0;

  constructor(host: RuleSetHost) {
    this.#host = host;
  }

  get status() {
    return this.#isArmed ? "half-open" : this.#state;
  }

  get openedAt(): number {
    return this.#openedAt;
  }

  ticked(at: number): void {
    if (this.#state !== "closed" || !this.#host.isUnhealthy()) return;
    this.#host.change("threshold", () => {
      this.#open(Math.floor(at));
    });
  }

  /** `attemptExecution`. */
  ask(): Verdict {
    if (this.#state === "closed") return PASSES;
    const isAfterSleepWindow = this.#host.now() > this.#openedAt + this.#host.sleepWindowMs;
    if (this.#state === "half-open" || !isAfterSleepWindow) return REFUSED;
    this.#host.change("sleep-window-over", () => {
      this.#isArmed = false;
      this.#state = "half-open";
      this.#period++;
    });
    return { passes: true, test: { period: this.#period } };
  }

  askForced(): void {
    // Nothing is looked at.
  }

  /** `markSuccess`. */
  succeeded(test: SingleTest | undefined): void {
    if (this.#state !== "half-open") return;
    this.#host.change(this.#isOfNow(test) ? "probe-succeeded" : "late-success", () => {
      this.reset();
      this.#host.restartWindow();
    });
  }

  /** `markNonSuccess`. */
  failed(test: SingleTest | undefined): void {
    if (this.#state !== "half-open") return;
    this.#host.change(this.#isOfNow(test) ? "probe-failed" : "late-failure", () => {
      this.#open(this.#host.now());
    });
  }

  abandoned(): void {
    // Nothing is marked.
  }

  arm(): void {
    this.#open(-Infinity);
    this.#isArmed = true;
  }

  reset(): void {
    this.#state = "closed";
    this.#isArmed = false;
  }

  #open(at: number): void {
    this.#state = "open";
    this.#openedAt = at;
    this.#isArmed = false;
  }

  #isOfNow(test: SingleTest | undefined): boolean {
    return test?.period === this.#period;
  }
}
