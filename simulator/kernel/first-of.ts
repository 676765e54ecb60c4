import type { Cancellation } from "./cancellation.ts";

/** Resolves when `until` does, or when it is given up. */
export function firstOf(until: Promise<void>, cancellation: Cancellation): Promise<void> {
  return new Promise((resolve) => {
    const listener = { canceled: () => resolve() };
    cancellation.listen(listener);
    if (cancellation.reason) resolve();
    void until.then(() => {
      cancellation.unlisten(listener);
      resolve();
    });
  });
}
