import type { Clock } from "./clock.ts";

/** Something took longer than it may. */
export class TimeLimitError extends Error {
  override readonly name = "TimeLimitError";
}

/**
 * Runs something that may take so long. Rejects with a {@link TimeLimitError} when the time is up,
 * or with the signal's reason when that is aborted; `run`'s own signal is aborted then, too. It
 * lives on afterwards: what `run` left under way still ends with `signal`.
 */
export function withTimeLimit<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limited = new AbortController();
  return new Promise((resolve, reject) => {
    const giveUp = (reason: Error) => {
      cancel();
      limited.abort(reason);
      reject(reason);
    };
    const cancel = clock.after(ms, () => {
      giveUp(new TimeLimitError(`It took longer than ${String(ms)} ms.`));
    });
    if (signal.aborted) {
      giveUp(signal.reason as Error);
      return;
    }
    const abort = () => {
      giveUp(signal.reason as Error);
    };
    signal.addEventListener("abort", abort, { once: true });
    const finish = async () => {
      try {
        resolve(await run(limited.signal));
      } catch (error) {
        signal.removeEventListener("abort", abort);
        reject(error instanceof Error ? error : new Error(String(error)));
      } finally {
        cancel();
      }
    };
    void finish();
  });
}
