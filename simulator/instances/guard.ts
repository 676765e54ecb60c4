import { spawn, type ChildProcess } from "node:child_process";
import { programPath } from "../kernel/program-path.ts";

/** Not at once: a guard that cannot run must not be started in a loop. */
const REPLACED_AFTER_MS = 1000;

/**
 * A small process of its own that outlives the simulator by a moment: when the simulator dies, by
 * whatever signal, it kills the instances, also those that hang or are frozen and cannot notice by
 * themselves. On Windows the system does that (libuv's job object), and there is no guard.
 */
export class Guard {
  readonly #watched = new Set<number>();
  readonly #folders = new Set<string>();
  #child: ChildProcess | undefined;
  #closed = false;

  /** Starts the guard, unless it runs. */
  start(): void {
    if (this.#child || this.#closed || process.platform === "win32") return;
    const child = spawn(process.execPath, [programPath("guard.cjs")], {
      // In its own group: what kills the simulator's group must not kill its guard.
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    this.#child = child;
    // A guard that is gone is replaced when it exits; writing to it fails until then.
    child.stdin.on("error", () => undefined);
    child.on("error", () => undefined);
    child.on("exit", () => {
      this.#child = undefined;
      setTimeout(() => {
        this.start();
      }, REPLACED_AFTER_MS).unref();
    });
    for (const pid of this.#watched) child.stdin.write(`+${String(pid)}\n`);
    for (const path of this.#folders) child.stdin.write(`>${path}\n`);
  }

  watch(pid: number): void {
    this.#watched.add(pid);
    this.#child?.stdin?.write(`+${String(pid)}\n`);
  }

  release(pid: number): void {
    this.#watched.delete(pid);
    this.#child?.stdin?.write(`-${String(pid)}\n`);
  }

  /** Has a folder removed when the simulator is gone. */
  watchFolder(path: string): void {
    this.#folders.add(path);
    this.#child?.stdin?.write(`>${path}\n`);
  }

  releaseFolder(path: string): void {
    this.#folders.delete(path);
    this.#child?.stdin?.write(`<${path}\n`);
  }

  /** Ends the guard; it kills what it still watches. Resolves when it is gone. */
  async close(): Promise<void> {
    this.#closed = true;
    const child = this.#child;
    if (!child) return;
    await new Promise<void>((resolve) => {
      child.once("exit", () => {
        resolve();
      });
      child.stdin?.end();
    });
  }
}
