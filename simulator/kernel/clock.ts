// Imported: as a global it is a getter, which costs as much again as reading the time.
import { performance } from "node:perf_hooks";
import { SharedLimits, type Limit, type LimitTarget } from "./limits.ts";

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
}

/** Asked for once: reading it takes a good part of what `performance.now` takes. */
const { timeOrigin } = performance;
const now = () => timeOrigin + performance.now();
const limits = new SharedLimits(now);

/** The machine's clock, monotonic from the moment the process started. */
export const systemClock: Clock = {
  now,
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => {
      clearTimeout(timer);
    };
  },
  limit: (ms, target, from) => limits.start(ms, target, from),
};
