import { readFile } from "node:fs/promises";
import { listProcesses, type ProcessInfo } from "./processes.ts";

/** Whether {@link markedProcesses} can look into the processes of this platform. */
export const canFindMarked = process.platform === "linux";

/**
 * The processes that inherited an environment variable `name=mark`, wherever they hang in the tree
 * of processes by now, without this one. Chromium writes over its environment: its processes are
 * found by the mark in an argument.
 */
export async function markedProcesses(name: string, mark: string): Promise<ProcessInfo[]> {
  const all = await listProcesses();
  const marked = await Promise.all(
    all.map(async ({ pid, command }) => {
      const environment = await readFile(`/proc/${String(pid)}/environ`, "latin1").catch(gone);
      return environment.split("\0").includes(`${name}=${mark}`) || command.includes(mark);
    }),
  );
  return all.filter(({ pid }, index) => marked[index] === true && pid !== process.pid);
}

/** A process that ended meanwhile, or another user's. */
function gone(): string {
  return "";
}
