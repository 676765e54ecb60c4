import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { sample } from "../support/paths.ts";
import { requireProgram } from "../support/programs.ts";
import { VsCodeSession } from "../support/vscode-session.ts";
import { pictureOfFailure } from "./picture-of-failure.ts";

const SOON = { timeout: 60_000 };

describe.skipIf(!requireProgram("chromium"))("changes and mistakes in the workspace", () => {
  const scope = new Scope();
  let code: VsCodeSession;

  beforeAll(async () => {
    code = await VsCodeSession.open(scope, { workspace: sample, theme: "light" });
  });
  afterEach((context) => pictureOfFailure(context, code));
  afterAll(() => scope.dispose());

  /** Changes a file as another program would; a way to change it back. */
  const rewrite = async (path: string, from: string, to: string): Promise<() => Promise<void>> => {
    const file = join(code.folder, path);
    const before = await readFile(file, "utf8");
    expect(before).toContain(from);
    await writeFile(file, before.replace(from, to));
    return () => writeFile(file, before);
  };

  it("shows an error of the cluster file with its line and column, until it is mended", async () => {
    await code.openFile("fuseboard.yaml");
    const mend = await rewrite("fuseboard.yaml", "instances: 3", "instances: lots");
    const problem = await code.problem(/expected number.*\[Ln 7, Col 16\]/i);
    await problem.waitFor();
    await mend();
    await problem.waitFor({ state: "detached" });
  });

  it("names the services that there are when one is called that is not", async () => {
    const mend = await rewrite("fuseboard.yaml", "[inventory, payments]", "[inventory, paymants]");
    const problem = await code.problem(/There is no service "paymants"\. Known services: checkout/);
    await problem.waitFor();
    await mend();
    await problem.waitFor({ state: "detached" });
  });

  it("completes the cluster file", async () => {
    await code.page.locator(".monaco-editor .view-line").filter({ hasText: "checkout:" }).click();
    await code.page.keyboard.press("End");
    await code.page.keyboard.press("Enter");
    await code.page.keyboard.type("bal");
    await code.page.keyboard.press("Control+Space");
    await code.page.locator(".suggest-widget .monaco-list-row", { hasText: "balancer" }).waitFor();
    await code.page.keyboard.press("Escape");
    await code.command("File: Revert File");
    const problems = await code.problem("fuseboard.yaml");
    await problems.first().waitFor({ state: "detached" });
  });

  it("runs the rest when a function does not compile, and says where", async () => {
    const mend = await rewrite("functions/inventory.ts", "const item =", "const item = = ");
    await code.command("Fuseboard: Start Cluster");
    await code.openSideBar();
    await code.treeRow(/^inventory.*0\/3 up/).waitFor();
    await code.treeRow(/^checkout.*3\/3 up/).waitFor();
    await code.treeRow(/^payments.*3\/3 up/).waitFor();
    await (await code.problem(/inventory\.ts/)).first().waitFor();
    await mend();
    await code.treeRow(/^inventory.*3\/3 up/).waitFor();
    await expect.poll(async () => (await code.problem("inventory.ts")).count(), SOON).toBe(0);
  });

  it("answers a payload that is not JSON before it is sent", async () => {
    await code.openFile("inventory.ts");
    await code.lens("Invoke").click();
    await code.quickInput.waitFor();
    await code.quickInput.fill('{"sku": ');
    await code.quickInputMessage.filter({ hasText: "Not JSON" }).waitFor();
    await code.page.keyboard.press("Escape");
  });

  it("reloads a function that was saved, without losing a call", async () => {
    const gateway = /http:\/\/\S+:\d+/.exec(await code.treeRow(/^Gateway/).innerText())?.[0] ?? "";
    const priceOfApple = async (): Promise<number> => {
      const body = JSON.stringify({ sku: "apple", quantity: 1 });
      const answer = await fetch(`${gateway}/inventory`, { method: "POST", body });
      expect(answer.status).toBe(200);
      return ((await answer.json()) as { price: number }).price;
    };
    expect(await priceOfApple()).toBe(2);
    await rewrite("functions/inventory.ts", "price: 2 }", "price: 7 }");
    await expect.poll(priceOfApple, { ...SOON, interval: 20 }).toBe(7);
  });
});
