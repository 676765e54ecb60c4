import { spawn } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { Scope } from "../../simulator/kernel/scope.ts";
import { buildPrograms } from "../support/built-programs.ts";
import { dist } from "../support/paths.ts";
import { descendantsOf, isAlive } from "../support/processes.ts";
import { requireProgram } from "../support/programs.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const missing = [requireProgram("nginx"), requireProgram("haproxy")].includes(undefined);

interface Line {
  readonly kind: string;
  readonly gateway?: string;
}

describe.skipIf(missing)("a cluster that nginx and HAProxy balance", () => {
  let scope: Scope;
  let temp: string;
  beforeAll(buildPrograms);
  beforeEach(() => {
    scope = new Scope();
  });
  afterEach(() => scope.dispose());

  /** Starts one; what it makes of temporary folders is in `temp`. */
  async function start() {
    const folder = await tempFolder(scope, "plane");
    temp = join(folder, "temp");
    await mkdir(temp);
    const service = {
      synthetic: { latency: "1ms" },
      instances: 2,
      balancer: { engine: ["nginx", "haproxy"] },
    };
    const file = { version: 1, services: { backend: service } };
    await writeFile(join(folder, "fuseboard.yaml"), stringify(file));
    const child = spawn(
      process.execPath,
      [join(dist, "simulator", "cli.cjs"), "up", folder, "--facts", "state"],
      {
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...process.env, TMPDIR: temp, XDG_CACHE_HOME: join(folder, "cache") },
      },
    );
    const exited = new Promise((resolve) => child.once("exit", resolve));
    scope.add(async () => {
      child.kill("SIGKILL");
      await exited;
    });
    for await (const text of createInterface({ input: child.stdout })) {
      const { kind, gateway } = JSON.parse(text) as Line;
      if (kind !== "ready") continue;
      child.stdout.resume();
      return { child, exited, gateway: gateway ?? "" };
    }
    throw new Error("It ended before it was ready.");
  }

  /** It serves by both; resolves with all processes that it has. */
  async function serves(gateway: string, pid: number): Promise<number[]> {
    const who = new Set<string | null>();
    for (let i = 0; i < 8; i++) {
      const answer = await fetch(`${gateway}/backend/item/${String(i)}`);
      expect([answer.status, await answer.text()]).toEqual([200, '{"ok":true}']);
      who.add(answer.headers.get("x-fuseboard-instance"));
    }
    expect(who).toEqual(new Set(["backend-1", "backend-2"]));
    const family = await descendantsOf(pid);
    // nginx forgets its environment: what is left of a killed simulator is known by these ids only.
    for (const name of ["nginx: master", "nginx: worker", "haproxy -db", "guard.cjs"]) {
      expect(family.some(({ command }) => command.includes(name))).toBe(true);
    }
    expect((await readdir(temp)).filter((name) => name.startsWith("fuseboard-"))).toHaveLength(2);
    return family.map((each) => each.pid);
  }

  const nothingIsLeft = (pids: readonly number[]) =>
    until(async () => !pids.some(isAlive) && (await readdir(temp)).length === 0, {
      timeoutMs: 15_000,
    });

  it("serves, and leaves nothing behind when it is stopped", async () => {
    const { child, exited, gateway } = await start();
    const pids = await serves(gateway, child.pid ?? 0);
    child.kill("SIGTERM");
    await exited;
    expect(await nothingIsLeft(pids)).toBe(true);
  });

  it("leaves nothing behind when its simulator is killed", async () => {
    const { child, exited, gateway } = await start();
    const pids = await serves(gateway, child.pid ?? 0);
    child.kill("SIGKILL");
    await exited;
    expect(await nothingIsLeft(pids)).toBe(true);
  });
});
