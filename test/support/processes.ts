import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { until } from "./until.ts";

/** One process of this machine. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

const run = promisify(execFile);
const windows = process.platform === "win32";

/** All processes of this machine, zombies left out. */
export async function listProcesses(): Promise<ProcessInfo[]> {
  const { stdout } = windows
    ? await run("powershell.exe", [
        "-NoProfile",
        "-Command",
        'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId) S $($_.CommandLine)" }',
      ])
    : await run("ps", ["-A", "-ww", "-o", "pid=,ppid=,stat=,args="], { maxBuffer: 2 ** 26 });
  return stdout.split("\n").flatMap((line) => {
    const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (state === undefined || state.startsWith("Z")) return [];
    return [{ pid: Number(pid), parent: Number(parent), command: command ?? "" }];
  });
}

/** The processes below `pid`, parents first, without itself. */
export async function descendantsOf(pid: number): Promise<ProcessInfo[]> {
  const all = await listProcesses();
  const found: ProcessInfo[] = [];
  const below = (parent: number): void => {
    for (const each of all) {
      if (each.parent !== parent) continue;
      found.push(each);
      below(each.pid);
    }
  };
  below(pid);
  return found;
}

/** Whether a process runs. One that has ended and waits for its parent to notice does not. */
export function isAlive(pid: number): boolean {
  if (process.platform === "linux") {
    try {
      return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${String(pid)}/status`, "utf8"));
    } catch {
      // No such file: no such process.
      return false;
    }
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Ends a process and all below it: asks first, and after `patienceMs` does not ask. */
export async function endTree(pid: number, patienceMs = 5000): Promise<void> {
  if (windows) {
    spawnSync("taskkill", ["/pid", String(pid), "/T", "/F"], { windowsHide: true });
    return;
  }
  const family = [pid, ...(await descendantsOf(pid)).map((each) => each.pid)];
  send([pid], "SIGTERM");
  const ended = await until(() => !family.some(isAlive), { timeoutMs: patienceMs });
  if (!ended) send(family, "SIGKILL");
}

function send(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids.filter(isAlive)) process.kill(pid, signal);
}
