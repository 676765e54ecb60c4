import { readFile, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { listProcesses } from "./processes.ts";
import { until } from "./until.ts";

/** Environment variable that every process of a test run inherits. */
export const RUN_MARK = "FUSEBOARD_TEST_RUN";

/** Whether {@link leftovers} can look into the processes of this platform. */
export const canFindLeftovers = process.platform === "linux";

/**
 * What a test run left: processes that carry its mark (after a moment's patience), and temporary
 * folders of ours in `temp`. One line each.
 */
export async function leftovers(mark: string, temp = tmpdir()): Promise<string[]> {
  let processes: string[] = [];
  await until(
    async () => {
      processes = await marked(mark);
      return processes.length === 0;
    },
    { timeoutMs: 5000 },
  );
  const folders = (await readdir(temp)).filter((name) => name.startsWith("fuseboard-"));
  return [...processes, ...folders.map((name) => `folder ${temp}/${name}`)];
}

async function marked(mark: string): Promise<string[]> {
  const found: string[] = [];
  for (const { pid, command } of await listProcesses()) {
    if (pid === process.pid) continue;
    const environment = await readFile(`/proc/${String(pid)}/environ`, "latin1").catch(gone);
    // Chromium writes over its environment, but names the run's temporary folder as an argument.
    if (environment.includes(`${RUN_MARK}=${mark}\0`) || command.includes(mark)) {
      found.push(`process ${String(pid)}: ${command.slice(0, 200)}`);
    }
  }
  return found;
}

/** A process that ended meanwhile, or another user's. */
function gone(): string {
  return "";
}
