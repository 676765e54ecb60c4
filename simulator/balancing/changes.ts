/** Who waits for a condition, looked at again after every change. */
export class Changes {
  readonly #watchers = new Set<() => unknown>();

  /** Something changed. */
  tell(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** Resolves when `holds`, at once if it does. Rejects with the signal's reason. */
  until(holds: () => boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (!holds()) return false;
        this.#watchers.delete(check);
        signal.removeEventListener("abort", abort);
        resolve();
        return true;
      };
      const abort = () => {
        this.#watchers.delete(check);
        reject(signal.reason as Error);
      };
      if (check()) return;
      if (signal.aborted) {
        abort();
        return;
      }
      this.#watchers.add(check);
      signal.addEventListener("abort", abort, { once: true });
    });
  }
}
