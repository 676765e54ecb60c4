import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { killTrees } from "../../extension/cluster/kill-trees.ts";
import { isAlive } from "../support/processes.ts";

/** Starts a child of its own, says both pids, and does not mind SIGTERM. */
const PARENT = `
  const child = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"]);
  process.on("SIGTERM", () => {});
  console.log(process.pid, child.pid);
  setInterval(() => {}, 1e6);
`;

describe("killing what a dead simulator left", () => {
  it.skipIf(process.platform === "win32")(
    "ends a process and all it started, also when it is frozen",
    async () => {
      const parent = spawn(process.execPath, ["-e", PARENT], { detached: true });
      const [line] = (await once(parent.stdout, "data")) as [Buffer];
      const [pid, child] = line.toString().trim().split(" ").map(Number);
      if (pid === undefined || child === undefined) throw new Error("It said no pids.");
      process.kill(pid, "SIGSTOP");
      const ended = once(parent, "exit");
      killTrees([pid]);
      expect(await ended).toEqual([null, "SIGKILL"]);
      await expect.poll(() => isAlive(child), { timeout: 10_000 }).toBe(false);
    },
  );

  it("is no error for those that are gone", async () => {
    const gone = spawn(process.execPath, ["-e", ""]);
    await once(gone, "exit");
    expect(() => {
      killTrees([gone.pid ?? 0]);
    }).not.toThrow();
  });
});
