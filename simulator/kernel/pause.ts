import type { Cancellation } from "./cancellation.ts";
import type { Clock } from "./clock.ts";

/** Waits so many milliseconds. Rejects with the signal's reason when it is aborted first. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const abort = () => {
      cancel();
      reject(signal.reason as Error);
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener("abort", abort);
      resolve();
    });
    signal.addEventListener("abort", abort, { once: true });
  });
}

/** Waits so many milliseconds, or until it is given up. */
export function pauseUnless(clock: Clock, ms: number, cancellation: Cancellation): Promise<void> {
  return new Promise((resolve) => {
    if (cancellation.reason) {
      resolve();
      return;
    }
    const listener = {
      canceled() {
        cancel();
        resolve();
      },
    };
    const cancel = clock.after(ms, () => {
      cancellation.unlisten(listener);
      resolve();
    });
    cancellation.listen(listener);
  });
}
