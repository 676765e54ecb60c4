import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { sample } from "../support/paths.ts";
import { requireProgram } from "../support/programs.ts";
import { VsCodeSession } from "../support/vscode-session.ts";
import { pictureOfFailure } from "./picture-of-failure.ts";

describe.skipIf(!requireProgram("chromium"))("a workspace that is not trusted", () => {
  const scope = new Scope();
  let code: VsCodeSession;

  beforeAll(async () => {
    code = await VsCodeSession.open(scope, { workspace: sample, restricted: true, theme: "light" });
  });
  afterEach((context) => pictureOfFailure(context, code));
  afterAll(() => scope.dispose());

  it("says in the side bar that it waits for trust", async () => {
    await code.statusItem("Restricted Mode").waitFor();
    await code.openSideBar();
    await code.page.getByText("it waits until you trust it").waitFor();
  });

  it("still checks the cluster file", async () => {
    await code.openFile("fuseboard.yaml");
    await code.page.locator(".monaco-editor .view-line").first().click();
    await code.page.keyboard.press("Control+End");
    await code.page.keyboard.type("\nnonsense: 1\n");
    await code.page.locator(".squiggly-error").first().waitFor();
    await code.command("File: Revert File");
  });

  it("offers nothing that would run code, and runs nothing", async () => {
    await code.openFile("checkout.ts");
    const titles = await code.paletteTitles("Fuseboard:");
    expect(titles).toContain("Fuseboard: Show Log");
    expect(titles).not.toContain("Fuseboard: Start Cluster");
    expect(titles).not.toContain("Fuseboard: Invoke Function…");
    expect(await code.lens(/./).count()).toBe(0);
    expect(await code.simulators()).toEqual([]);
  });

  it("shows the lenses as soon as it is trusted", async () => {
    await code.command("Workspaces: Manage Workspace Trust");
    await code.page.getByRole("button", { name: "Trust", exact: true }).click();
    await code.openFile("checkout.ts");
    await code.lens("Run ×3").waitFor();
  });
});
