import { rmSync } from "node:fs";

/*
 * The guard's program: reads `+<pid>` and `-<pid>` lines, and `><path>` and `<<path>` lines. When
 * its input ends, which it does when the simulator is gone, it kills the process groups and
 * removes the folders that it knows.
 */

const watched = new Set<number>();
const folders = new Set<string>();
let rest = "";

process.stdin.setEncoding("utf8");
process.stdin.on("data", (text: string) => {
  const lines = (rest + text).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) {
    if (line.startsWith(">")) folders.add(line.slice(1));
    if (line.startsWith("<")) folders.delete(line.slice(1));
    const pid = Number(line.slice(1));
    // Never 0 or 1: their groups are the guard's own and everybody's.
    if (!Number.isInteger(pid) || pid < 2) continue;
    if (line.startsWith("+")) watched.add(pid);
    else watched.delete(pid);
  }
});
process.stdin.on("close", () => {
  for (const pid of watched) {
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // It is gone already, which is all that is wanted.
    }
  }
  for (const folder of folders) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
  process.exit(0);
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  // It ends when the simulator does, whatever a terminal or a logout sends to everybody.
  process.on(signal, () => undefined);
}
