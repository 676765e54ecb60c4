import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/**
 * What tells a process from a later one with the same id: when it started, and in which boot of
 * the machine. Undefined when there is no such process, or the platform cannot say (Windows, where
 * children end with the simulator by themselves).
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  try {
    if (process.platform === "linux") return await linuxIdentity(pid);
    if (process.platform === "win32") return undefined;
    const { stdout } = await promisify(execFile)("/bin/ps", ["-o", "lstart=", "-p", String(pid)]);
    return stdout.trim() || undefined;
  } catch {
    // No such process: ps exits with 1, /proc has no such folder.
    return undefined;
  }
}

async function linuxIdentity(pid: number): Promise<string | undefined> {
  const [stat, boot] = await Promise.all([
    readFile(`/proc/${String(pid)}/stat`, "utf8"),
    readFile("/proc/sys/kernel/random/boot_id", "utf8"),
  ]);
  // The name, in parentheses, may hold spaces; after it come field 3, the state, and so on.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields[0];
  if (state === "Z" || state === "X") return undefined;
  return `${boot.trim()} ${fields[19] ?? ""}`;
}
