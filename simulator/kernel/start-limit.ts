import type { Clock } from "./clock.ts";
import type { Limit, LimitTarget } from "./limits.ts";

/** Begins a limit of so many ms, by whatever the clock has for it. */
export function startLimit(clock: Clock, ms: number, target: LimitTarget, from?: number): Limit {
  if (clock.limit) return clock.limit(ms, target, from);
  return {
    lift: clock.after(ms, () => {
      target.late();
    }),
  };
}
