/** Time as the core sees it: given, so that it can also be virtual. */
export interface Clock {
  /** Milliseconds since the epoch, with fractions; never goes backwards. */
  now(): number;
}

/** The machine's clock, monotonic from the moment the process started. */
export const systemClock: Clock = { now: () => performance.timeOrigin + performance.now() };
