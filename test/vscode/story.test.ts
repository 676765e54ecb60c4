import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Frame } from "playwright-core";
import { Scope } from "../../simulator/kernel/scope.ts";
import { sample } from "../support/paths.ts";
import { requireProgram } from "../support/programs.ts";
import { until } from "../support/until.ts";
import { VsCodeSession } from "../support/vscode-session.ts";
import { pictureOfFailure } from "./picture-of-failure.ts";

const SOON = { timeout: 60_000 };

/*
 * The story of the product, from the first click to the last, on the sample workspace. Each test
 * goes on where the one before it ended.
 */
describe.skipIf(!requireProgram("chromium"))("a developer with the sample workspace", () => {
  const scope = new Scope();
  let code: VsCodeSession;
  let topology: Frame;

  beforeAll(async () => {
    code = await VsCodeSession.open(scope, { workspace: sample });
  });
  afterEach((context) => pictureOfFailure(context, code));
  afterAll(() => scope.dispose());

  it("sees Invoke and Run above a function, without opening the side bar", async () => {
    await code.openFile("checkout.ts");
    await code.lens("Run ×3").waitFor();
    const lenses = await code.lens(/./).allInnerTexts();
    expect(lenses.map((text) => text.trim())).toEqual(["Invoke", "Run ×3"]);
    expect(await code.simulators()).toEqual([]);
  });

  it("clicks Run ×3 and gets three real processes a function", async () => {
    await code.lens("Run ×3").click();
    await code.lens("3/3 up").waitFor();
    await code.statusItem("3 fns · 9/9 up").waitFor();
    expect(await code.simulators()).toHaveLength(1);
    const names = (await code.instances()).map(({ command }) => command.split(" ").at(-1)).sort();
    expect(names).toEqual(
      ["checkout", "inventory", "payments"].flatMap((service) =>
        [1, 2, 3].map((number) => `${service}-${String(number)}`),
      ),
    );
  });

  it("invokes the function, and sees the answer and which instance gave it", async () => {
    await code.lens("Invoke").click();
    await code.answer('{"sku": "apple", "quantity": 2}');
    await code.editorLine(/^\/\/\sstatus\s+200/).waitFor();
    await code.editorLine(/^\/\/\sinstance\s+checkout-[123]/).waitFor();
    await code.editorLine(/"order":\s"accepted"/).waitFor();
    await expect
      .poll(async () => (await code.textsBehindLines()).join(" "), SOON)
      .toMatch(/200 · .* · checkout-[123]/);
  });

  it("is offered the payload again", async () => {
    await code.lens("Invoke").first().click();
    await code.quickPick('{"sku":"apple","quantity":2}').click();
    await code.editorLine(/^\/\/\sstatus\s+200/).waitFor();
  });

  it("sees registry, services and instances in the tree", async () => {
    await code.openSideBar();
    await code.treeRow(/Registry.*embedded · 127\.0\.0\.1:\d+ · revision \d+/).waitFor();
    await code.treeRow(/checkout.*3\/3 up/).waitFor();
    await code.treeRow(/checkout-1.*healthy · lease \d+s · :\d+ · pid \d+/).waitFor();
  });

  it("opens the topology with all services and instances", async () => {
    await code.command("Fuseboard: Open Topology");
    topology = await code.webview(".node.service");
    await expect.poll(() => topology.locator(".node.service").count(), SOON).toBe(3);
    await expect.poll(() => topology.locator(".node.service .instance").count(), SOON).toBe(9);
  });

  it("selects what is clicked in the graph", async () => {
    for (const service of ["inventory", "payments", "checkout"]) {
      await topology.locator(`.node.service[data-node="service:${service}"] .card-title`).click();
      await topology.locator(".inspector h2", { hasText: service }).waitFor();
    }
    await topology.locator('.instance[data-node="instance:inventory-2"]').click();
    await topology.locator(".inspector h2", { hasText: "inventory-2" }).waitFor();
  });

  it("starts load, and sees calls, retries and fallbacks as they happen", async () => {
    await code.command("Fuseboard: Start Load…");
    await code.quickPick("checkout").click();
    await code.quickPick("Constant rate").click();
    await code.answer("5");
    await code.quickPick('{"sku":"apple","quantity":2}').click();
    await topology.getByRole("radio", { name: "Calls" }).click();
    await topology.locator(".call-row").nth(5).waitFor();
    // One attempt in seven at payments fails, and as many take too long.
    await topology.getByRole("radio", { name: "Retried" }).click();
    await topology.locator(".call-row .bar.backoff").first().waitFor();
    await code.screenshot("topology-under-load");
  });

  it("kills an instance: its process is gone, its lease runs out", async () => {
    const before = await code.instances();
    await code.command("Fuseboard: Kill Instance");
    await code.quickPick("checkout-2").click();
    await code.treeRow(/checkout-2.*killed/).waitFor();
    const gone = before.find(({ command }) => command.endsWith(" checkout-2"));
    expect((await code.instances()).map(({ pid }) => pid)).not.toContain(gone?.pid);
    await code.treeRow(/checkout.*2\/3 up/).waitFor();
  });

  it("trips the breaker: calls are answered by the fallback", async () => {
    await code.command("Fuseboard: Trip Breaker");
    await code.quickPick("payments").click();
    await code.statusItem("1 open").waitFor();
    await code.treeRow(/payments.*forced-open/).waitFor();
    await topology.getByRole("radio", { name: "Fallback" }).click();
    await topology.locator(".call-row .row-outcome.tone-fallback").first().waitFor();
    await code.screenshot("topology-breaker-open");
  });

  it("resets the breaker and stops the load", async () => {
    await code.command("Fuseboard: Reset Breaker");
    await code.quickPick("payments").click();
    await expect.poll(() => code.treeRow(/payments.*forced-open/).count(), SOON).toBe(0);
    await code.command("Fuseboard: Stop Load");
    await expect.poll(() => code.treeRow(/under load/).count(), SOON).toBe(0);
  });

  it("closes the window, and nothing is left running", async () => {
    const ours = async (): Promise<number> =>
      (await code.simulators()).length + (await code.instances()).length;
    expect(await ours()).toBeGreaterThan(8);
    await code.closeWindow();
    expect(await until(async () => (await ours()) === 0, { timeoutMs: 10_000 })).toBe(true);
  });
});
