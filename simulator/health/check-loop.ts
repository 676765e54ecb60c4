import type { Clock } from "../kernel/clock.ts";
import { hasRelease } from "../kernel/release.ts";
import type { HealthStatus } from "../protocol/model.ts";
import type { Server } from "../protocol/spec.ts";
import type { HealthTimes } from "./contract.ts";
import { RiseAndFall } from "./rise-and-fall.ts";

export interface CheckLoopDeps {
  readonly clock: Clock;
  readonly times: HealthTimes;
  /** HAProxy's release, whose rules are followed; undefined: the newest. */
  readonly version: string | undefined;
  /**
   * Begins a check, and says how it ended, once: whether it passed, or undefined when that does
   * not count. What it returns is called when its time is up, after so many ms; it is to end then.
   */
  readonly probe: (ended: (ok: boolean | undefined) => void) => (limitMs: number) => void;
  readonly changed: (status: HealthStatus) => void;
}

/**
 * The health checks of one server, one after the other, by HAProxy's rules; in virtual time as in
 * real time.
 */
export class CheckLoop {
  readonly #deps: CheckLoopDeps;
  readonly #state: RiseAndFall;
  #isRunning = false;
  /** Whether the check after the one that runs comes soon, however well that goes. */
  #isHurried = false;
  /** When the next check begins, or the time of the one that runs is up. */
  #at = 0;
  #next: () => void = () => undefined;
  #cancel: () => void = () => undefined;

  constructor(deps: CheckLoopDeps) {
    this.#deps = deps;
    this.#state = new RiseAndFall(deps.times);
  }

  /** Pause from now until the next check, in ms. */
  get intervalMs(): number {
    return this.#state.interval;
  }

  /** Checks for the first time in so many ms, and goes on until it is stopped. */
  begin(inMs: number): void {
    this.#after(inMs, this.#check);
  }

  /** No further check begins, and the one that runs has no limit any more. */
  stop(): void {
    this.#cancel();
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

  readonly #check = (): void => {
    const { probe, times } = this.#deps;
    this.#isRunning = true;
    let isOver = false as boolean;
    const timeUp = probe((ok) => {
      isOver = true;
      this.#ended(ok);
    });
    // It may have ended at once, and the next one stand there already.
    if (isOver) return;
    this.#after(times.timeout, () => {
      timeUp(this.#at - beganAt);
    });
    const beganAt = this.#at - times.timeout;
  };

  #ended(ok: boolean | undefined): void {
    this.#isRunning = false;
    if (ok !== undefined && this.#state.add(ok)) this.#deps.changed(this.#state.status);
    const { fastInterval = this.intervalMs } = this.#deps.times;
    const pauseMs = this.#isHurried && !this.#state.isDown ? fastInterval : this.intervalMs;
    this.#isHurried = false;
    this.begin(pauseMs);
  }

  #notAfter(ms: number): void {
    if (this.#deps.clock.now() + ms < this.#at) this.#after(ms, this.#next);
  }

  #after(ms: number, run: () => void): void {
    const { clock } = this.#deps;
    this.#cancel();
    this.#at = clock.now() + ms;
    this.#next = run;
    this.#cancel = clock.after(ms, run);
  }
}
