import { readdir } from "node:fs/promises";
import { markedProcesses } from "./marked-processes.ts";
import type { ProcessInfo } from "./processes.ts";
import { until } from "./until.ts";

/** Environment variable that every process of a test run inherits. */
export const RUN_MARK = "FUSEBOARD_TEST_RUN";

/**
 * What a test run left: processes that carry its mark (after a moment's patience), and temporary
 * folders of ours in `temp`. One line each.
 */
export async function leftovers(mark: string, temp: string): Promise<string[]> {
  let processes: ProcessInfo[] = [];
  await until(
    async () => {
      processes = await markedProcesses(RUN_MARK, mark);
      return processes.length === 0;
    },
    { timeoutMs: 5000 },
  );
  const folders = (await readdir(temp)).filter((name) => name.startsWith("fuseboard-"));
  return [
    ...processes.map(({ pid, command }) => `process ${String(pid)}: ${command.slice(0, 200)}`),
    ...folders.map((name) => `folder ${temp}/${name}`),
  ];
}
