import type { Clock } from "../kernel/clock.ts";

/**
 * Waits so many milliseconds, or until the fault is over; with `undefined` only for that. Resolves
 * either way; rejects with the signal's reason when nobody waits any more.
 */
export function hold(
  clock: Clock,
  ms: number | undefined,
  signal: AbortSignal,
  over: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void) => {
      cancel?.();
      signal.removeEventListener("abort", abort);
      over.removeEventListener("abort", finish);
      then();
    };
    const abort = () => settle(() => reject(signal.reason as Error));
    const finish = () => settle(resolve);
    let cancel: (() => void) | undefined;
    if (signal.aborted) abort();
    else if (over.aborted) resolve();
    else {
      signal.addEventListener("abort", abort);
      over.addEventListener("abort", finish);
      if (ms !== undefined) cancel = clock.after(ms, finish);
    }
  });
}
