import type { Cancellation } from "./cancellation.ts";
import type { Clock } from "./clock.ts";

/** Something took longer than it may. */
export class TimeLimitError extends Error {
  override readonly name = "TimeLimitError";
}

/**
 * Runs something that may take so long, and is given up then: resolves with what `late` makes of
 * it, without waiting for its end. What `run` is given also ends with `cancellation`; it lives on
 * afterwards, for what `run` left under way. Rejects only as `run` does.
 */
export function withTimeLimit<T>(
  clock: Clock,
  ms: number,
  cancellation: Cancellation,
  run: (within: Cancellation) => Promise<T>,
  late: () => T,
): Promise<T> {
  const within = cancellation.child();
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => {
      within.cancel(new TimeLimitError(`It took longer than ${String(ms)} ms.`));
      resolve(late());
    });
    run(within).then(
      (result) => {
        cancel();
        resolve(result);
      },
      (error: unknown) => {
        cancel();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
