import type { HealthTimes } from "../health/contract.ts";
import { RiseAndFall } from "../health/rise-and-fall.ts";
import type { Clock } from "../kernel/clock.ts";
import { hasRelease } from "../kernel/release.ts";
import type { HealthStatus } from "../protocol/model.ts";
import type { Server } from "../protocol/spec.ts";

/** How a check goes: `late` never has an answer, and fails when its time is up. */
export type CheckResult = "passed" | "failed" | "late";

export interface VirtualCheckDeps {
  readonly clock: Clock;
  readonly times: HealthTimes;
  /** HAProxy's release, whose rules are followed. */
  readonly version: string | undefined;
  /** How a check goes that begins now. */
  readonly probe: () => CheckResult;
  readonly changed: (status: HealthStatus) => void;
  /** A check has passed, whether or not it changed anything. */
  readonly passed: () => void;
}

/** The health checks of one server in virtual time, by HAProxy's rules. */
export class VirtualCheck {
  readonly #deps: VirtualCheckDeps;
  readonly #state: RiseAndFall;
  #isRunning = false;
  /** Whether the check after the one that runs comes soon, however well that goes. */
  #isHurried = false;
  #at = 0;
  #cancel: () => void = () => undefined;

  constructor(deps: VirtualCheckDeps) {
    this.#deps = deps;
    this.#state = new RiseAndFall(deps.times);
  }

  /** Pause from now until the next check, in ms. */
  get intervalMs(): number {
    return this.#state.interval;
  }

  /** Checks for the first time in so many ms, and goes on for good. */
  begin(inMs: number): void {
    this.#after(inMs, () => {
      this.#check();
    });
  }

  /** Calls have failed too often at the server: HAProxy's `on-error`. */
  suspect(onError: Server["onError"]): void {
    const { changed, times, version } = this.#deps;
    if (this.#state.suspect(onError)) changed(this.#state.status);
    const { interval, fastInterval, downInterval = interval } = times;
    if (fastInterval === undefined) return;
    const isOld = version !== undefined && !hasRelease(version, "2.7");
    if (isOld) {
      // Also a check that runs already has no more time than that.
      this.#notAfter(fastInterval);
    } else if (this.#isRunning) {
      this.#isHurried = true;
    } else {
      this.#notAfter(this.#state.isDown ? downInterval : fastInterval);
    }
  }

  #check(): void {
    const result = this.#deps.probe();
    if (result === "late") {
      this.#isRunning = true;
      this.#after(this.#deps.times.timeout, () => {
        this.#ended(false);
      });
    } else {
      this.#ended(result === "passed");
    }
  }

  #ended(ok: boolean): void {
    this.#isRunning = false;
    if (this.#state.add(ok)) this.#deps.changed(this.#state.status);
    if (ok) this.#deps.passed();
    const { fastInterval = this.intervalMs } = this.#deps.times;
    const pauseMs = this.#isHurried && !this.#state.isDown ? fastInterval : this.intervalMs;
    this.#isHurried = false;
    this.begin(pauseMs);
  }

  #notAfter(ms: number): void {
    if (this.#deps.clock.now() + ms < this.#at) this.#after(ms, this.#next);
  }

  #next: () => void = () => undefined;

  #after(ms: number, run: () => void): void {
    const { clock } = this.#deps;
    this.#cancel();
    this.#at = clock.now() + ms;
    this.#next = run;
    this.#cancel = clock.after(ms, run);
  }
}
