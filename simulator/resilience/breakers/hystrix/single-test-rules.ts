import { PASSES, REFUSED, type RuleSet, type RuleSetHost } from "./rule-set.ts";
import type { SingleTest, Verdict } from "./rule-set.ts";

/**
 * The rules up to 1.5.11, which 1.5.18 is again. There is no half-open state: an open circuit lets
 * one call pass at the end of each sleep window, which counts from the last one let through; any
 * success while it is open closes it. It is shown as half-open while such a call is under way.
 */
export class SingleTestRules implements RuleSet {
  readonly opensByItself = false;
  readonly #host: RuleSetHost;
  #isOpen = false;
  /** `circuitOpenedOrLastTestedTime`. */
  #since = 0;
  #isArmed = false;
  /** Of the newest opening; tests of earlier ones are of no interest. */
  #period = 0;
  #testsUnderWay = 0;

  constructor(host: RuleSetHost) {
    this.#host = host;
  }

  get status() {
    if (!this.#isOpen) return "closed";
    return this.#isArmed || this.#testsUnderWay > 0 ? "half-open" : "open";
  }

  get openedAt(): number {
    return this.#since;
  }

  ticked(): void {
    // It looks at the totals when a call asks.
  }

  /** `allowRequest`, `allowSingleTest`. */
  ask(): Verdict {
    this.askForced();
    if (!this.#isOpen) return PASSES;
    const now = this.#host.now();
    if (now <= this.#since + this.#host.sleepWindowMs) return REFUSED;
    this.#host.change("sleep-window-over", () => {
      this.#since = now;
      this.#isArmed = false;
      this.#testsUnderWay++;
    });
    return { passes: true, test: { period: this.#period } };
  }

  /** `isOpen`, which opens it. */
  askForced(): void {
    if (this.#isOpen || !this.#host.isUnhealthy()) return;
    this.#host.change("threshold", () => {
      this.#open(this.#host.now());
    });
  }

  succeeded(test: SingleTest | undefined): void {
    if (!this.#isOpen) return;
    this.#host.change(this.#isOfNow(test) ? "probe-succeeded" : "late-success", () => {
      this.reset();
      this.#host.restartWindow();
    });
  }

  failed(test: SingleTest | undefined): void {
    this.abandoned(test);
  }

  abandoned(test: SingleTest | undefined): void {
    if (!this.#isOfNow(test)) return;
    this.#host.change("probe-failed", () => {
      this.#testsUnderWay--;
    });
  }

  arm(): void {
    if (!this.#isOpen) this.#open(-Infinity);
    this.#since = -Infinity;
    this.#isArmed = true;
  }

  reset(): void {
    this.#isOpen = false;
    this.#isArmed = false;
  }

  #open(since: number): void {
    this.#isOpen = true;
    this.#since = since;
    this.#period++;
    this.#testsUnderWay = 0;
  }

  #isOfNow(test: SingleTest | undefined): boolean {
    return this.#isOpen && test?.period === this.#period;
  }
}
