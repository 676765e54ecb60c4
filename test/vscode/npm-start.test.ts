import { randomBytes } from "node:crypto";
import { afterAll, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { launchBrowser } from "../support/browser.ts";
import { markedProcesses } from "../support/marked-processes.ts";
import { NpmCommand } from "../support/npm-command.ts";
import { requireProgram } from "../support/programs.ts";
import { until } from "../support/until.ts";
import { WorkbenchPage } from "../support/workbench-page.ts";

const MARK = "FUSEBOARD_TEST_START";

describe.skipIf(!requireProgram("chromium"))("npm start -- --no-open", () => {
  const scope = new Scope();
  afterAll(() => scope.dispose());

  it("says where the sample workspace is ready, and leaves nothing when it is stopped", async () => {
    const mark = randomBytes(8).toString("hex");
    const start = new NpmCommand(scope, ["start", "--", "--no-open"], { [MARK]: mark });
    const ready = await start.lineFrom("ready ");
    expect(ready).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+\//);

    const browser = await launchBrowser(scope);
    const page = await browser.newPage();
    await page.goto(ready.slice("ready ".length));
    const code = new WorkbenchPage(page);
    await code.statusItem("3 fns · stopped").waitFor();
    await code.command("Fuseboard: Start Cluster");
    await code.statusItem("3 fns · 9/9 up").waitFor();

    start.child.kill("SIGTERM");
    const gone = async (): Promise<boolean> => (await markedProcesses(MARK, mark)).length === 0;
    expect(await until(gone, { timeoutMs: 15_000 })).toBe(true);
  });
});
