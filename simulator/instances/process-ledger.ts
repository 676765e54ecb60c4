import { Guard } from "./guard.ts";
import { Leftovers } from "./leftovers.ts";

/** The guard starts this late at the latest, so as not to compete with the first instances. */
const GUARD_DELAY_MS = 1000;

/** Keeps account of the processes and folders of a run, so that none of them outlives it. */
export class ProcessLedger {
  readonly #guard = new Guard();
  readonly #leftovers: Leftovers;
  readonly #failed: (error: unknown) => void;
  #guardTimer: NodeJS.Timeout | undefined;

  /** @param failed told when the account cannot be written to disk. */
  constructor(cacheDir: string, failed: (error: unknown) => void) {
    this.#leftovers = new Leftovers(cacheDir);
    this.#failed = failed;
  }

  /** Ends what earlier runs left behind. */
  async sweep(kill: (pid: number) => void): Promise<void> {
    await this.#leftovers.sweep(kill);
    this.#guardTimer = setTimeout(() => {
      this.guard();
    }, GUARD_DELAY_MS);
  }

  /** Starts the guard now. */
  guard(): void {
    clearTimeout(this.#guardTimer);
    this.#guard.start();
  }

  started(pid: number): void {
    this.#guard.watch(pid);
    this.#leftovers.started(pid).catch(this.#failed);
  }

  ended(pid: number): void {
    this.#guard.release(pid);
    this.#leftovers.ended(pid).catch(this.#failed);
  }

  folderMade(path: string): void {
    this.#guard.watchFolder(path);
    this.#leftovers.folderMade(path).catch(this.#failed);
  }

  folderGone(path: string): void {
    this.#guard.releaseFolder(path);
    this.#leftovers.folderGone(path).catch(this.#failed);
  }

  async close(): Promise<void> {
    clearTimeout(this.#guardTimer);
    await this.#guard.close();
    await this.#leftovers.close();
  }
}
