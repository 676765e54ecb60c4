import { spawn } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { Leftovers } from "../../simulator/instances/leftovers.ts";
import { processIdentity } from "../../simulator/instances/process-identity.ts";
import { killTree, OWN_GROUP } from "../../simulator/kernel/process-tree.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import { buildPrograms } from "../support/built-programs.ts";
import { root } from "../support/paths.ts";
import { isAlive, listProcesses } from "../support/processes.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

let scope = new Scope();
beforeAll(buildPrograms);
afterEach(async () => {
  await scope.dispose();
  scope = new Scope();
});

/** A process that does nothing until it is killed, as the leader of its own group. */
function idler(): number {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e9)"], {
    stdio: "ignore",
    detached: OWN_GROUP,
  });
  const pid = child.pid ?? 0;
  scope.add(() => {
    if (child.exitCode === null && child.signalCode === null) killTree(pid);
  });
  return pid;
}

describe.skipIf(process.platform === "win32")("what a killed simulator leaves", () => {
  /** Starts the supervising process, lets it come to rest, and answers its instances' ids. */
  async function startSupervising(cacheDir: string) {
    const script = join(root, "test", "support", "supervisor-process.ts");
    const child = spawn(process.execPath, [script, cacheDir], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = new Promise((resolve) => child.once("exit", resolve));
    scope.add(async () => {
      child.kill("SIGKILL");
      await exited;
    });
    let text = "";
    for await (const chunk of child.stdout) {
      text += String(chunk);
      if (text.includes("\n")) break;
    }
    const { pids } = JSON.parse(text) as { pids: number[] };
    return { child, pids, exited };
  }

  const guards = async () =>
    (await listProcesses()).filter(({ command }) => command.includes("guard.cjs"));

  test("is killed by its guard: idle, hanging and frozen instances", async () => {
    const { child, pids, exited } = await startSupervising(await tempFolder(scope, "cache"));
    expect(pids).toHaveLength(3);
    expect(pids.every(isAlive)).toBe(true);
    const guard = (await guards()).find(({ parent }) => parent === child.pid);
    expect(guard).toBeDefined();
    child.kill("SIGKILL");
    await exited;
    expect(await until(() => !pids.some(isAlive), { timeoutMs: 10_000 })).toBe(true);
    expect(await until(() => !isAlive(guard?.pid ?? 0), { timeoutMs: 10_000 })).toBe(true);
  });

  test("is swept by the next run when the guard was killed with it", async () => {
    const cacheDir = await tempFolder(scope, "cache");
    const { child, pids, exited } = await startSupervising(cacheDir);
    const guard = (await guards()).find(({ parent }) => parent === child.pid);
    process.kill(child.pid ?? 0, "SIGSTOP");
    process.kill(guard?.pid ?? 0, "SIGKILL");
    child.kill("SIGKILL");
    await exited;
    const swept = await new Leftovers(cacheDir).sweep(killTree);
    // The idle one may have gone by itself; who hangs or is frozen cannot.
    expect(pids).toEqual(expect.arrayContaining(swept));
    expect(swept.length).toBeGreaterThanOrEqual(2);
    expect(await until(() => !pids.some(isAlive), { timeoutMs: 10_000 })).toBe(true);
    expect(await readdir(join(cacheDir, "runs"))).toEqual([]);
  });
});

describe.skipIf(process.platform === "win32")("the sweep", () => {
  async function runFile(cacheDir: string, run: unknown): Promise<void> {
    await mkdir(join(cacheDir, "runs"), { recursive: true });
    await writeFile(join(cacheDir, "runs", "1.json"), JSON.stringify(run));
  }
  const gone = { pid: 999_999_999, identity: "gone" };

  test("leaves alone a process that has only the id of a former instance", async () => {
    const cacheDir = await tempFolder(scope, "cache");
    const pid = idler();
    await runFile(cacheDir, { simulator: gone, processes: [{ pid, identity: "another start" }] });
    expect(await new Leftovers(cacheDir).sweep(killTree)).toEqual([]);
    expect(isAlive(pid)).toBe(true);
  });

  test("ends an instance that is still the same process", async () => {
    const cacheDir = await tempFolder(scope, "cache");
    const pid = idler();
    const identity = await processIdentity(pid);
    await runFile(cacheDir, { simulator: gone, processes: [{ pid, identity }] });
    expect(await new Leftovers(cacheDir).sweep(killTree)).toEqual([pid]);
    expect(
      await until(async () => (await processIdentity(pid)) === undefined, { timeoutMs: 5000 }),
    ).toBe(true);
  });

  test("removes the folders of a simulator that is gone, and those of no other", async () => {
    const cacheDir = await tempFolder(scope, "cache");
    const [left, kept] = [join(cacheDir, "left"), join(cacheDir, "kept")];
    await mkdir(left);
    await mkdir(kept);
    await writeFile(join(left, "nginx.conf"), "");
    await runFile(cacheDir, { simulator: gone, processes: [], folders: [left] });
    const running = new Leftovers(cacheDir);
    await running.folderMade(kept);
    await new Leftovers(cacheDir).sweep(killTree);
    expect((await readdir(cacheDir)).sort()).toEqual(["kept", "runs"]);
    await running.close();
  });

  test("leaves alone the instances of a simulator that runs", async () => {
    const cacheDir = await tempFolder(scope, "cache");
    const pid = idler();
    const running = new Leftovers(cacheDir);
    await running.started(pid);
    expect(await new Leftovers(cacheDir).sweep(killTree)).toEqual([]);
    const [name = ""] = await readdir(join(cacheDir, "runs"));
    expect(await readFile(join(cacheDir, "runs", name), "utf8")).toContain(String(pid));
    await running.close();
    expect(await readdir(join(cacheDir, "runs"))).toEqual([]);
  });

  test("takes away a file that was cut off", async () => {
    const cacheDir = await tempFolder(scope, "cache");
    await mkdir(join(cacheDir, "runs"), { recursive: true });
    await writeFile(join(cacheDir, "runs", "1.json"), '{"simulator":{"pid":');
    expect(await new Leftovers(cacheDir).sweep(killTree)).toEqual([]);
    expect(await readdir(join(cacheDir, "runs"))).toEqual([]);
  });
});
