import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { FuseboardError } from "../kernel/errors.ts";
import { killTree, OWN_GROUP } from "../kernel/process-tree.ts";
import type { Scope } from "../kernel/scope.ts";

/** Keeps account of processes and folders, so that none of them outlives the simulator. */
export interface Account {
  started(pid: number): void;
  ended(pid: number): void;
  folderMade(path: string): void;
  folderGone(path: string): void;
}

/** A program that runs, and what it prints. */
export interface Prompted {
  readonly pid: number;
  /** Resolves when it has ended. */
  readonly exited: Promise<void>;
  readonly hasExited: boolean;
  /** The newest lines it printed as errors, oldest first. */
  readonly lines: readonly string[];
  /** Sends it a signal; POSIX only. */
  signal(name: NodeJS.Signals): void;
  /** The next line from now on that fits; undefined when it ended, or the time was up. */
  nextLine(fits: (line: string) => boolean, timeoutMs: number): Promise<string | undefined>;
}

const KEPT_LINES = 50;

/** Starts a program in its own process group; it is killed with all it started when the scope ends. */
export function startProgram(
  program: string,
  args: readonly string[],
  folder: string,
  account: Account,
  scope: Scope,
): Prompted {
  const child = spawn(program, args, {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    detached: OWN_GROUP,
    windowsHide: true,
  });
  const { pid } = child;
  if (pid === undefined) {
    // The reason arrives later as an event; without a listener it would end this process.
    child.on("error", () => undefined);
    throw new FuseboardError("program-not-started", `${program} could not be started.`);
  }
  account.started(pid);
  const running = new RunningProcess(child, pid);
  void running.exited.then(() => {
    account.ended(pid);
  });
  scope.add(async () => {
    if (!running.hasExited) killTree(pid);
    await running.exited;
  });
  return running;
}

class RunningProcess implements Prompted {
  readonly pid: number;
  readonly exited: Promise<void>;
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #watchers = new Set<(line: string | undefined) => void>();

  constructor(child: ChildProcess, pid: number) {
    this.#child = child;
    this.pid = pid;
    child.on("error", () => {
      // A signal could not be delivered: it is ending, which is told by `exit`.
    });
    if (child.stderr) {
      createInterface({ input: child.stderr }).on("line", (line) => {
        this.lines.push(line);
        if (this.lines.length > KEPT_LINES) this.lines.shift();
        for (const watcher of [...this.#watchers]) watcher(line);
      });
    }
    this.exited = new Promise((resolve) => {
      // After its last words have been read.
      child.once("close", () => {
        for (const watcher of [...this.#watchers]) watcher(undefined);
        resolve();
      });
    });
  }

  get hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  signal(name: NodeJS.Signals): void {
    if (!this.hasExited) this.#child.kill(name);
  }

  nextLine(fits: (line: string) => boolean, timeoutMs: number): Promise<string | undefined> {
    if (this.hasExited) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const watcher = (line: string | undefined) => {
        if (line !== undefined && !fits(line)) return;
        clearTimeout(timer);
        this.#watchers.delete(watcher);
        resolve(line);
      };
      const timer = setTimeout(watcher, timeoutMs, undefined);
      this.#watchers.add(watcher);
    });
  }
}
