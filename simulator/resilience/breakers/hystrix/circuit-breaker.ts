import type { BreakerWindow, TransitionCause } from "../../../protocol/breaker-model.ts";
import type { BreakerSpecOf } from "../../../protocol/spec.ts";
import type { EngineDeps } from "../contract.ts";
import { HalfOpenRules } from "./half-open-rules.ts";
import { HealthWindow, type HealthEvent } from "./health-window.ts";
import { PASSES, REFUSED, type RuleSet, type RuleSetHost, type Verdict } from "./rule-set.ts";
import { SingleTestRules } from "./single-test-rules.ts";

type Spec = BreakerSpecOf<"hystrix">;

/** `HystrixCircuitBreaker` and the stream of health that it looks at. */
export class CircuitBreaker implements RuleSetHost {
  readonly rules: RuleSet;
  readonly health: HealthWindow;
  readonly sleepWindowMs: number;
  readonly #spec: Spec;
  readonly #deps: EngineDeps;
  #forced: "open" | "closed" | undefined;
  #isOver = false;
  #cancelTick: (() => void) | undefined;

  constructor(spec: Spec, deps: EngineDeps) {
    const bucketMs = spec.metricsHealthSnapshotIntervalInMilliseconds;
    const buckets = Math.floor(spec.metricsRollingStatisticalWindowInMilliseconds / bucketMs);
    this.#spec = spec;
    this.#deps = deps;
    this.sleepWindowMs = spec.circuitBreakerSleepWindowInMilliseconds;
    this.rules = spec.release === "1.5.18" ? new SingleTestRules(this) : new HalfOpenRules(this);
    const ticked = (at: number) => this.rules.ticked(at);
    this.health = new HealthWindow({ bucketMs, buckets, ticked }, deps.clock.now());
    this.#forced = forcedBy(spec);
  }

  /** The first command is made. */
  begin(now: number): void {
    this.health.begin(now);
    this.#watch();
  }

  get status() {
    if (this.#forced) return this.#forced === "open" ? "forced-open" : "held-closed";
    return this.rules.status;
  }

  /** The library asks for more than the sleep window, in whole milliseconds. */
  get probeAt(): number | undefined {
    if (this.status !== "open") return undefined;
    return this.rules.openedAt + this.sleepWindowMs + 1;
  }

  /** `isOpen`, without opening it; 1.5.18 forgets there what is forced. */
  get isOpen(): boolean {
    if (this.#forced && this.#spec.release !== "1.5.18") return this.#forced === "open";
    return this.rules.status !== "closed";
  }

  /** Whether a call may pass. */
  ask(): Verdict {
    if (this.#forced === "open") return REFUSED;
    if (this.#forced === undefined) return this.rules.ask();
    this.rules.askForced();
    return PASSES;
  }

  /** Ends the buckets that are over; the time. */
  advance(): number {
    const now = this.#deps.clock.now();
    this.health.advance(now);
    return now;
  }

  count(event: HealthEvent): void {
    this.health.add(event);
    this.#deps.counted(event !== "success");
    this.#watch();
  }

  window(): BreakerWindow {
    return {
      bars: this.health.bars(),
      requests: this.health.requests,
      errors: this.health.errors,
      value: this.health.errorPercentage,
      unit: "percent",
      threshold: this.#spec.circuitBreakerErrorThresholdPercentage,
      opens: "at",
      volume: this.#spec.circuitBreakerRequestVolumeThreshold,
    };
  }

  force(mode: "open" | "closed" | undefined): void {
    this.change("by-hand", () => {
      this.#forced = mode ?? forcedBy(this.#spec);
    });
  }

  probe(): void {
    this.change("by-hand", () => {
      this.#forced = undefined;
      this.rules.arm();
    });
  }

  reset(): void {
    this.change("by-hand", () => {
      this.#forced = undefined;
      this.rules.reset();
      this.restartWindow();
    });
  }

  close(): void {
    this.#isOver = true;
    this.#cancelTick?.();
    this.#cancelTick = undefined;
  }

  now(): number {
    return Math.floor(this.#deps.clock.now());
  }

  isUnhealthy(): boolean {
    if (!this.#spec.circuitBreakerEnabled) return false;
    if (this.health.requests < this.#spec.circuitBreakerRequestVolumeThreshold) return false;
    return this.health.errorPercentage >= this.#spec.circuitBreakerErrorThresholdPercentage;
  }

  change(cause: TransitionCause, act: () => void): void {
    const window = this.window();
    const from = this.status;
    act();
    const to = this.status;
    if (from !== to) this.#deps.changed({ from, to, cause, window });
    this.#watch();
  }

  restartWindow(): void {
    this.health.restart(this.#deps.clock.now());
  }

  /** Has the next end of a bucket looked at while it could open there by itself. */
  #watch(): void {
    if (this.#isOver || this.#cancelTick || !this.#couldOpen) return;
    const at = this.health.nextTickAt;
    if (at === undefined) return;
    const { clock } = this.#deps;
    this.#cancelTick = clock.after(Math.max(0, at - clock.now()), () => {
      this.#cancelTick = undefined;
      this.advance();
      this.#watch();
    });
  }

  get #couldOpen(): boolean {
    const { circuitBreakerErrorThresholdPercentage: threshold } = this.#spec;
    if (!this.#spec.circuitBreakerEnabled || !this.rules.opensByItself) return false;
    if (this.rules.status !== "closed") return false;
    const { requests, errors } = this.health.pending;
    if (requests < this.#spec.circuitBreakerRequestVolumeThreshold) return false;
    return errors > 0 || threshold === 0;
  }
}

/** Without a breaker the library looks at neither setting; open wins. */
function forcedBy(spec: Spec): "open" | "closed" | undefined {
  if (!spec.circuitBreakerEnabled) return undefined;
  if (spec.circuitBreakerForceOpen) return "open";
  return spec.circuitBreakerForceClosed ? "closed" : undefined;
}
