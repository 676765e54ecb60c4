import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { sample } from "../support/paths.ts";
import { isAlive } from "../support/processes.ts";
import { requireProgram } from "../support/programs.ts";
import { until } from "../support/until.ts";
import { VsCodeSession } from "../support/vscode-session.ts";
import { pictureOfFailure } from "./picture-of-failure.ts";

/** Longest that anything of a cluster may live after its simulator or VS Code was killed. */
const SURVIVAL = { timeoutMs: 2000, everyMs: 20 };

describe.skipIf(!requireProgram("chromium"))("accidents", () => {
  const scope = new Scope();
  let code: VsCodeSession;

  beforeAll(async () => {
    code = await VsCodeSession.open(scope, { workspace: sample });
    await code.command("Fuseboard: Start Cluster");
    await code.statusItem("9/9 up").waitFor();
  });
  afterEach((context) => pictureOfFailure(context, code));
  afterAll(() => scope.dispose());

  const pids = async (): Promise<{ simulator: number; all: number[] }> => {
    const [simulator] = await code.simulators();
    const instances = await code.instances();
    expect(instances).toHaveLength(9);
    if (!simulator) throw new Error("No simulator runs.");
    return { simulator: simulator.pid, all: [simulator, ...instances].map(({ pid }) => pid) };
  };

  it("says that the simulator was killed, leaves no instance, and restarts it", async () => {
    const { simulator, all } = await pids();
    process.kill(simulator, "SIGKILL");
    expect(await until(() => !all.some(isAlive), SURVIVAL)).toBe(true);
    const notification = code.notification("The simulator stopped unexpectedly");
    await notification.waitFor();
    await notification.getByRole("button", { name: "Restart" }).click();
    await code.statusItem("9/9 up").waitFor();
  });

  it("leaves nothing when the extension host is killed", async () => {
    const { all } = await pids();
    const [host] = await code.extensionHosts();
    process.kill(host?.pid ?? 0, "SIGKILL");
    expect(await until(() => !all.some(isAlive), SURVIVAL)).toBe(true);
  });
});
