/** Time as the core sees it: given, so that it can also be virtual. */
export interface Clock {
  /** Milliseconds since the epoch, with fractions; never goes backwards. */
  now(): number;
  /** Runs something once after so many ms; returns what takes it back. */
  after(ms: number, run: () => void): () => void;
}

/** Asked for once: reading it takes a good part of what `performance.now` takes. */
const { timeOrigin } = performance;

/** The machine's clock, monotonic from the moment the process started. */
export const systemClock: Clock = {
  now: () => timeOrigin + performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
