import { spawn } from "node:child_process";
import { join } from "node:path";
import { codeOf } from "./errors.ts";

/** Whether the platform can stop a process in its tracks: Windows has no SIGSTOP. */
export const CAN_FREEZE = process.platform !== "win32";

/** Whether a process starts as the leader of its own group, which is signalled as a whole. */
export const OWN_GROUP = process.platform !== "win32";

/**
 * Sends a signal to a process and all it started; POSIX only. A group that is gone already is no
 * error.
 */
export function signalTree(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // EPERM is what macOS says of a group of which only zombies are left.
    if (codeOf(error) !== "ESRCH" && codeOf(error) !== "EPERM") throw error;
  }
}

/** Ends a process and all it started, at once and without asking them. */
export function killTree(pid: number): void {
  if (OWN_GROUP) {
    signalTree(pid, "SIGKILL");
    return;
  }
  const taskkill = join(process.env.SystemRoot ?? "C:\\Windows", "System32", "taskkill.exe");
  const killer = spawn(taskkill, ["/PID", String(pid), "/T", "/F"], {
    stdio: "ignore",
    windowsHide: true,
  });
  killer.on("error", () => {
    // Without taskkill the process itself can still be ended, though not what it started.
    process.kill(pid, "SIGKILL");
  });
}
