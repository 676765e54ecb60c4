import { spawn, type ChildProcess } from "node:child_process";
import { FuseboardError } from "../kernel/errors.ts";
import type { Scope } from "../kernel/scope.ts";
import type { ProcessEvents, RunningProcess } from "./contract.ts";
import { LineReader } from "./line-reader.ts";
import { CAN_FREEZE, killTree, OWN_GROUP, signalTree } from "../kernel/process-tree.ts";

/** What to start, from an argument list; never through a shell. */
export interface ProcessCommand {
  /** Absolute path of the program. */
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Asks it to finish what is under way and exit. */
  askToStop(child: ChildProcess): void;
  /** A message came over its IPC channel. */
  received(message: unknown): void;
}

/** How long to wait for what a process printed last, after it ended. */
const LAST_WORDS_MS = 500;

/**
 * Starts one process with an IPC channel and its own process group; it is killed with all it
 * started when the scope ends. Throws a FuseboardError when it cannot be started.
 */
export function startProcess(
  command: ProcessCommand,
  events: Pick<ProcessEvents, "printed" | "exited">,
  scope: Scope,
): RunningProcess {
  const child = spawn(command.program, command.args, {
    cwd: command.cwd,
    env: command.env,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: OWN_GROUP,
    windowsHide: true,
  });
  const pid = child.pid;
  if (pid === undefined) {
    // The reason arrives later as an event; without a listener it would end this process.
    child.on("error", () => undefined);
    throw new FuseboardError(
      "process-not-started",
      `Could not start ${command.program} in ${command.cwd}. Check that both exist.`,
    );
  }
  for (const stream of ["stdout", "stderr"] as const) {
    const readable = child[stream];
    if (readable) new LineReader(readable, (line) => events.printed(stream, line));
  }
  child.on("message", (message) => {
    command.received(message);
  });

  let running = true;
  const gone = watchEnd(child, pid, (code, signal) => {
    running = false;
    forget();
    events.exited(code, signal);
  });
  const kill = (): Promise<void> => {
    if (running && child.exitCode === null && child.signalCode === null) killTree(pid);
    return gone;
  };
  const forget = scope.add(kill);

  return {
    pid,
    async stop(graceMs) {
      if (!running) return;
      command.askToStop(child);
      const timer = setTimeout(() => void kill(), graceMs);
      await gone;
      clearTimeout(timer);
    },
    kill,
    ...(CAN_FREEZE && {
      freeze() {
        if (running) signalTree(pid, "SIGSTOP");
      },
      thaw() {
        if (running) signalTree(pid, "SIGCONT");
      },
    }),
  };
}

/**
 * Resolves when the process has ended and all it said has been read. What it started is killed
 * with it, and not waited for when it keeps the pipes open all the same.
 */
function watchEnd(
  child: ChildProcess,
  pid: number,
  ended: (code: number | null, signal: NodeJS.Signals | null) => void,
): Promise<void> {
  return new Promise((resolve) => {
    child.on("error", () => {
      // A message or signal could not be delivered: the process is ending, which is told by `exit`.
    });
    child.once("exit", (code, signal) => {
      if (OWN_GROUP) signalTree(pid, "SIGKILL");
      const open = new Set(["output", ...(child.connected ? ["channel"] : [])]);
      const finish = () => {
        clearTimeout(timer);
        open.clear();
        child.stdout?.destroy();
        child.stderr?.destroy();
        ended(code, signal);
        resolve();
      };
      const closed = (what: string) => {
        if (open.delete(what) && open.size === 0) finish();
      };
      const timer = setTimeout(finish, LAST_WORDS_MS);
      child.once("close", () => closed("output"));
      child.once("disconnect", () => closed("channel"));
    });
  });
}
