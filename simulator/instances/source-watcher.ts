import { watch, type FSWatcher } from "chokidar";

/** A file that is being written is left alone until its size has been still for so long. */
const STILL_FOR_MS = 60;

/** Watches the files that services are made of; tells which service changed. */
export class SourceWatcher {
  readonly #changed: (service: string) => void;
  readonly #servicesOf = new Map<string, Set<string>>();
  readonly #closed = new AbortController();
  #watcher: FSWatcher | undefined;

  constructor(changed: (service: string) => void) {
    this.#changed = changed;
  }

  /** Watches these files for a service, and no others. Resolves when changes are seen. */
  async watch(service: string, files: readonly string[]): Promise<void> {
    if (this.#closed.signal.aborted) return;
    const wanted = new Set(files);
    for (const [file, services] of this.#servicesOf) {
      if (wanted.has(file) || !services.delete(service) || services.size > 0) continue;
      this.#servicesOf.delete(file);
      this.#watcher?.unwatch(file);
    }
    const added = [...wanted].filter((file) => !this.#servicesOf.has(file));
    for (const file of wanted) {
      const services = this.#servicesOf.get(file) ?? new Set();
      this.#servicesOf.set(file, services.add(service));
    }
    if (added.length === 0) return;
    if (this.#watcher) {
      this.#watcher.add(added);
      return;
    }
    const watcher = this.#open(added);
    this.#watcher = watcher;
    // A watcher that is closed before it is ready never says so.
    await Promise.race([
      new Promise<void>((resolve) => watcher.once("ready", resolve)),
      new Promise<void>((resolve) => {
        this.#closed.signal.addEventListener("abort", () => {
          resolve();
        });
      }),
    ]);
  }

  #open(files: string[]): FSWatcher {
    const watcher = watch(files, {
      ignoreInitial: true,
      // Editors replace a file by renaming another over it.
      atomic: true,
      awaitWriteFinish: { stabilityThreshold: STILL_FOR_MS, pollInterval: 20 },
    });
    const tell = (file: string) => {
      for (const service of this.#servicesOf.get(file) ?? []) this.#changed(service);
    };
    watcher.on("change", tell).on("add", tell);
    return watcher;
  }

  /** Watches nothing from now on. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#watcher?.close();
    this.#watcher = undefined;
    this.#servicesOf.clear();
  }
}
