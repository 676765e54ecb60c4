import { join } from "node:path";
import type { Frame } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { ANSWER_HEADERS } from "../../simulator/protocol/headers.ts";
import { root } from "../support/paths.ts";
import { requireProgram } from "../support/programs.ts";
import { until } from "../support/until.ts";
import { VsCodeSession } from "../support/vscode-session.ts";
import { pictureOfFailure } from "./picture-of-failure.ts";

const SOON = { timeout: 60_000 };
const workspace = join(root, "test", "fixtures", "balancing");

/*
 * Somebody with an nginx.conf and a haproxy.cfg, and neither a cluster file nor an extension for
 * such files. Each test goes on where the one before it ended.
 */
describe.skipIf(!requireProgram("chromium"))("a developer with an nginx.conf", () => {
  const scope = new Scope();
  let code: VsCodeSession;
  let topology: Frame;

  beforeAll(async () => {
    code = await VsCodeSession.open(scope, { workspace });
  });
  afterEach((context) => pictureOfFailure(context, code));
  afterAll(() => scope.dispose());

  const lensTexts = async () =>
    (await code.lens(/./).allInnerTexts()).map((text) => text.replaceAll("\u00a0", " ").trim());

  it("sees lenses above each upstream", async () => {
    await code.openFile("nginx.conf");
    await code.lens("Simulate upstream").nth(1).waitFor();
    expect(await lensTexts()).toEqual([
      "Simulate upstream",
      "Compare algorithms",
      "Simulate upstream",
      "Compare algorithms",
    ]);
  });

  it("sees nginx's own complaint about a mistake while typing, until it is mended", async () => {
    await code.editorLine(/server\s10\.0\.0\.2:8080;/).click();
    await code.page.keyboard.press("End");
    await code.page.keyboard.press("ArrowLeft");
    await code.page.keyboard.type(" wieght=2");
    const problem = await code.problem(/invalid parameter "wieght=2".*Fuseboard \(nginx\)/);
    await problem.waitFor();
    await code.screenshot("balancing-problem");
    await code.editorLine(/wieght=2;/).click();
    await code.page.keyboard.press("End");
    await code.page.keyboard.press("ArrowLeft");
    for (let left = " wieght=2".length; left > 0; left--)
      await code.page.keyboard.press("Backspace");
    await problem.waitFor({ state: "detached" });
    await code.command("View: Toggle Panel Visibility");
  });

  it("compares algorithms on the same traffic, and changes the traffic", async () => {
    await code.lens("Compare algorithms").first().click();
    const page = await code.webview("p:has-text('10,000 calls in virtual time, 200 a second')");
    await page.getByText("the first is five times as slow").waitFor();
    const titles = await page.locator("tbody th").allInnerTexts();
    expect(titles).toHaveLength(new Set(titles).size);
    for (const title of [/round robin/, /least_conn/, /peak EWMA/, /Maglev/]) {
      expect(titles.some((each) => title.test(each))).toBe(true);
    }
    await code.screenshot("balancing-comparison");
    await page.getByText("Change traffic…").click();
    await code.quickPick("Calls a second").click();
    await code.answer("400");
    await code.quickPick("Answers").click();
    await code.quickPick("Varied").click();
    await code.quickPick("Compare").click();
    const next = await code.webview("p:has-text('400 a second')");
    await next.getByText("The algorithm makes no difference here").waitFor();
    await code.command("View: Close Editor");
  });

  it("simulates the upstream: real processes, shown and selected in the topology", async () => {
    await code.lens("Simulate upstream").first().click();
    topology = await code.webview(".node.service");
    await topology.locator(".inspector h2", { hasText: "backend" }).waitFor();
    const names = (await code.instances()).map(({ command }) => command.split(" ").at(-1)).sort();
    expect(names).toEqual(["backend-1", "backend-2", "backend-3"]);
    await code.openSideBar();
    await code.treeRow(/backend-1.*weight 3 · 10\.0\.0\.1:8080/).waitFor();
  });

  it("loads it by one click, and sees its state behind the lens", async () => {
    await code.openFile("nginx.conf");
    await code.lens("Load 50/s").click();
    await code.lens(/3 of 3 healthy · \d+\/s · round robin · imbalance [\d.]+%/).waitFor();
    await code.screenshot("balancing-lens");
    const counts = await answering(60);
    expect([...counts.keys()].sort()).toEqual(["backend-1", "backend-2", "backend-3"]);
    expect(counts.get("backend-1")).toBeGreaterThan(counts.get("backend-2") ?? 0);
  });

  /** Which instances answer calls that are made one after the other. */
  async function answering(calls: number): Promise<Map<string, number>> {
    const gateway = /http:\/\/\S+:\d+/.exec(await code.treeRow(/^Gateway/).innerText())?.[0] ?? "";
    const counts = new Map<string, number>();
    for (let call = 0; call < calls; call++) {
      const answer = await fetch(`${gateway}/backend`, { method: "POST", body: "{}" });
      const instance = answer.headers.get(ANSWER_HEADERS.instance) ?? "nobody";
      counts.set(instance, (counts.get(instance) ?? 0) + 1);
      await answer.arrayBuffer();
    }
    return counts;
  }

  it("takes a server down, and the others share its calls", async () => {
    await code.command("Fuseboard: Take Down");
    await code.quickPick("backend-1").click();
    await code.treeRow(/backend-1.*taken down/).waitFor();
    expect([...(await answering(20)).keys()].sort()).toEqual(["backend-2", "backend-3"]);
    await code.command("Fuseboard: Open Topology");
    // A hidden page is thrown away; this is a new one.
    topology = await code.webview(".node.service");
    await topology.locator('.node.service[data-node="service:backend"] .card-title').click();
    await code.screenshot("balancing-server-down");
    await code.command("Fuseboard: Make Ready");
    await code.quickPick("backend-1").click();
    await expect.poll(() => code.treeRow(/backend-1.*taken down/).count(), SOON).toBe(0);
  });

  it("saves another weight, and the running service has it", async () => {
    await code.openFile("nginx.conf");
    await code.editorLine(/server\s10\.0\.0\.3:8080;/).click();
    await code.page.keyboard.press("End");
    await code.page.keyboard.press("ArrowLeft");
    await code.page.keyboard.type(" weight=7");
    await code.page.keyboard.press("Control+S");
    await code.treeRow(/backend-3.*weight 7/).waitFor();
  });

  it("chooses another algorithm while the load runs", async () => {
    await code.command("Fuseboard: Choose Balancer…");
    await code.quickPick("backend").click();
    await code.quickPick("least_conn").waitFor();
    await code.screenshot("balancing-algorithms");
    await code.quickPick("least_conn").click();
    await code.lens(/3 of 3 healthy · .* · least_conn/).waitFor();
    await code.treeRow(/backend.*least-connections/).waitFor();
  });

  it("exports what runs for HAProxy", async () => {
    await code.command("Fuseboard: Export Balancer Configuration…");
    await code.quickPick("HAProxy").click();
    await code
      .editorLine(/balance\sleastconn/)
      .first()
      .waitFor();
    await code
      .editorLine(/10\.0\.0\.3:8080.*weight\s7/)
      .first()
      .waitFor();
    await code.screenshot("balancing-exported");
  });

  it("imports the other upstream into a new cluster file", async () => {
    await code.openFile("nginx.conf");
    await code.command("Fuseboard: Import Balancer Configuration…");
    await code.quickPick("nginx.conf").click();
    await code.quickPick("sessions").waitFor();
    await code.page.keyboard.press("Enter");
    await code.page.getByRole("tab", { name: /^fuseboard\.yaml/ }).waitFor();
    await code.editorLine(/^\s\sbackend:/).waitFor();
    await code.editorLine(/algorithm:\sip-hash/).waitFor();
    await code.screenshot("balancing-imported");
  });

  it("sees the lenses of HAProxy's backends", async () => {
    await code.openFile("haproxy.cfg");
    await code.lens("Simulate backend").waitFor();
    await code.screenshot("balancing-haproxy");
  });

  it("stops the simulation, and nothing of it is left running", async () => {
    await code.openFile("nginx.conf");
    await code.lens(/^\s*Stop$/).click();
    await code.lens("Simulate upstream").nth(1).waitFor();
    await expect.poll(async () => (await code.instances()).length, SOON).toBe(0);
    await code.closeWindow();
    const gone = async () => (await code.simulators()).length === 0;
    expect(await until(gone, { timeoutMs: 10_000 })).toBe(true);
  });
});
