// Imported: as a global it is a getter, which costs as much again as reading the time.
import { performance } from "node:perf_hooks";
import { SharedLimits, type Limit, type LimitTarget } from "./limits.ts";
import type { Scope } from "./scope.ts";

/** Time as the core sees it: given, so that it can also be virtual. */
export interface Clock {
  /** Milliseconds since the epoch, with fractions; never goes backwards. */
  now(): number;
  /** Runs something once after so many ms; returns what takes it back. */
  after(ms: number, run: () => void): () => void;
  /**
   * The same for what is nearly always taken back before its time: almost free, and does not keep
   * the process going. Absent: as `after`.
   * @param from what `now` answered a moment ago, when that is known
   */
  limit?(ms: number, target: LimitTarget, from?: number): Limit;
  /** Moves on to the time of day when that is far ahead. Absent: it never is. */
  catchUp?(): void;
}

/** What a clock of a machine is made of, in ms. */
export interface MachineTime {
  /** The time of day when `elapsed` was 0. */
  readonly origin: number;
  /** Never goes backwards; on Linux and macOS it stands still while the machine sleeps. */
  elapsed(): number;
  /** The time of day, as all processes see it; somebody may set it. */
  timeOfDay(): number;
}

/** Farther behind the time of day the machine has slept, or its clock was set. */
const SLEPT_MS = 1000;
const LOOK_EVERY_MS = 1000;

/**
 * The clock of a machine: monotonic. It is only moved on, by `catchUp`, so that times that leave
 * the process or are shown are right after a sleep.
 */
export function machineClock(time: MachineTime): Clock {
  let { origin } = time;
  const now = () => origin + time.elapsed();
  const limits = new SharedLimits(now);
  return {
    now,
    after,
    limit: (ms, target, from) => limits.start(ms, target, from),
    catchUp() {
      const behind = time.timeOfDay() - now();
      if (behind > SLEPT_MS) origin += behind;
    },
  };
}

/** This machine's clock. */
export const systemClock: Clock = machineClock({
  origin: performance.timeOrigin,
  elapsed: () => performance.now(),
  timeOfDay: () => Date.now(),
});

/**
 * This machine's time awake: what is measured by it lives through a sleep, as a lease of etcd does,
 * whose keeper slept as well.
 */
export const awakeClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after,
};

/** Looks now and then whether the machine has slept. */
export function keepUp(clock: Clock, scope: Scope): void {
  const timer = setInterval(() => clock.catchUp?.(), LOOK_EVERY_MS).unref();
  scope.add(() => {
    clearInterval(timer);
  });
}

function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => {
    clearTimeout(timer);
  };
}
