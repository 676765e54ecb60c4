import { spawn } from "node:child_process";

/**
 * Kills processes with all they started, at once. For instances whose simulator died: frozen ones
 * cannot notice by themselves. Processes that are gone already are no error.
 * @param pids leaders of process groups (POSIX) or roots of process trees (Windows)
 */
export function killTrees(pids: readonly number[], platform: NodeJS.Platform = process.platform) {
  for (const pid of pids) {
    if (platform === "win32") {
      const options = { stdio: "ignore", windowsHide: true } as const;
      // It fails only where there is no taskkill, and then nothing else could be done either.
      spawn("taskkill", ["/T", "/F", "/PID", String(pid)], options).on("error", () => undefined);
    } else if (!signal(-pid)) {
      signal(pid);
    }
  }
}

function signal(pid: number): boolean {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    // ESRCH: no such process or group.
    return false;
  }
}
