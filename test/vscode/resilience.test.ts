import { join } from "node:path";
import type { Frame } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { ANSWER_HEADERS } from "../../simulator/protocol/headers.ts";
import { startGoStream, type GoStream } from "../support/hystrix-stream-go.ts";
import { root } from "../support/paths.ts";
import { requireProgram } from "../support/programs.ts";
import { VsCodeSession } from "../support/vscode-session.ts";
import { pictureOfFailure } from "./picture-of-failure.ts";

const SOON = { timeout: 60_000 };
const workspace = join(root, "test", "fixtures", "resilience");
const go = requireProgram("go");

/*
 * Somebody who knows Hystrix: a service behind hystrix-go's breaker, a Go file with a command, and
 * a Go program that runs. Each test goes on where the one before it ended.
 */
describe.skipIf(!requireProgram("chromium") || !go)("a developer with Hystrix commands", () => {
  const scope = new Scope();
  let code: VsCodeSession;
  let topology: Frame;
  let program: GoStream;
  let gateway: string;

  beforeAll(async () => {
    program = await startGoStream(go ?? "", scope);
    code = await VsCodeSession.open(scope, { workspace });
  });
  afterEach((context) => pictureOfFailure(context, code));
  afterAll(() => scope.dispose());

  /** Calls a service; what became of it, by its headers. */
  async function call(service: string): Promise<{ outcome: string; attempts: number }> {
    const answer = await fetch(`${gateway}/${service}`, { method: "POST", body: "{}" });
    await answer.arrayBuffer();
    return {
      outcome: answer.headers.get(ANSWER_HEADERS.outcome) ?? "",
      attempts: Number(answer.headers.get(ANSWER_HEADERS.attempts)),
    };
  }

  const select = async (service: string) => {
    await topology.locator(`.node.service[data-node="service:${service}"] .card-title`).click();
    await topology.locator(".inspector h2", { hasText: service }).waitFor();
  };
  const hand = (name: string) => topology.locator(".hands").getByRole("button", { name });

  it("starts the cluster, and sees the breakers closed", async () => {
    await code.command("Fuseboard: Start Cluster");
    await code.openSideBar();
    await code.treeRow(/payments.*2\/2 up · closed/).waitFor();
    await code.treeRow(/search.*1\/1 up · closed/).waitFor();
    gateway = /http:\/\/\S+:\d+/.exec(await code.treeRow(/^Gateway/).innerText())?.[0] ?? "";
    await code.command("Fuseboard: Open Topology");
    topology = await code.webview(".node.service");
  });

  it("trips a breaker for a time, and sees the countdown in tree and inspector", async () => {
    await code.command("Fuseboard: Trip Breaker For…");
    await code.quickPick("payments").click();
    await code.answer("5m");
    await code.treeRow(/payments.*forced-open, \d+[sm] left/).waitFor();
    await select("payments");
    await topology.getByText("Tripped by hand for 5m; then it is reset.").waitFor();
    expect(await call("payments")).toEqual({ outcome: "fallback", attempts: 0 });
  });

  it("lets one probe through by hand, whose success closes it", async () => {
    await hand("Half-open now").click();
    await code.treeRow(/payments.*next call probes/).waitFor();
    expect(await call("payments")).toEqual({ outcome: "success", attempts: 1 });
    await code.treeRow(/payments.*up · closed/).waitFor();
  });

  it("holds a breaker closed and resets it, from the inspector", async () => {
    await select("search");
    await hand("Hold closed").click();
    await code.treeRow(/search.*held-closed/).waitFor();
    await hand("Reset").click();
    await code.treeRow(/search.*up · closed/).waitFor();
  });

  it("plays a script of outcomes into one instance, and sees the retry find the other", async () => {
    await code.command("Fuseboard: Inject Fault…");
    await code.quickPick("payments-1").click();
    await code.quickPick("Play a script of outcomes").click();
    await code.answer("2 × 503, ok", "Play a script of outcomes: payments-1");
    await code.answer("", "When, and for how long: payments-1");
    await code.treeRow(/payments-1.*plays 2 × 503, ok/).waitFor();
    const calls = [];
    for (let i = 0; i < 6; i++) calls.push(await call("payments"));
    expect(calls.every(({ outcome }) => outcome === "success")).toBe(true);
    expect(calls.filter(({ attempts }) => attempts === 2)).toHaveLength(2);
    await code.command("Fuseboard: Clear All Faults");
    await expect.poll(() => code.treeRow(/payments-1.*plays 2 × 503, ok/).count(), SOON).toBe(0);
  });

  it("breaks a service, and sees why its breaker opened, call by call", async () => {
    await code.command("Fuseboard: Inject Fault…");
    await code.quickPick(/^payments$/).click();
    await code.quickPick("Answer with a status").click();
    await code.answer("503", "Answer with a status: payments");
    await code.answer("", "When, and for how long: payments");
    await code
      .treeRow(/payments(?!-).*answers 503/)
      .first()
      .waitFor();
    for (let i = 0; i < 6; i++) expect((await call("payments")).outcome).toBe("fallback");
    await code.treeRow(/payments.*open, probe in \d+s/).waitFor();
    await select("payments");
    await topology.getByRole("button", { name: "Why did it open?" }).click();
    await topology
      .getByText(/Opened: \d+ of \d+ requests in the last 10s failed \(\d+%\)/)
      .waitFor();
    const marks = topology.getByRole("group", { name: "Calls in the window" }).locator("button");
    expect(await marks.count()).toBeGreaterThan(7);
    await code.screenshot("resilience-why-open");
    await marks.last().click();
    await topology.locator(".inspector .call-outcome").waitFor();
    await code.screenshot("resilience-crossing-call");
    await code.command("Fuseboard: Clear All Faults");
    await code.command("Fuseboard: Reset Breaker");
    await code.quickPick("payments").click();
    await code.treeRow(/payments.*up · closed/).waitFor();
  });

  it("simulates a command of the Go code by its own settings", async () => {
    await code.openFile("checkout.go");
    await code.lens("Simulate command").first().click();
    await code.quickPick("Latency").getByText("150ms each").waitFor();
    await code.quickPick("Simulate").click();
    const page = await code.webview("h1:has-text('checkout')");
    await page
      .getByText(/Opened: /)
      .first()
      .waitFor();
    await code.screenshot("resilience-simulated-command");
    await code.command("View: Close Editor");
  });

  it("attaches to the stream of a running Go program", async () => {
    await program.run("checkout", { succeed: 1 });
    await code.command("Fuseboard: Attach to Hystrix Stream…");
    await code.quickPick("Address…").click();
    await code.answer(program.url);
    await code.treeRow(/connected/).waitFor();
    await program.run("checkout", { fail: 5 });
    await code.treeRow(/checkout.*open · 100% errors · \d+ requests/).waitFor();
    await code.openFile("checkout.go");
    await code
      .lens(/open · 100% errors/)
      .first()
      .waitFor();
    await code.screenshot("resilience-stream-lens");
    await code.command("Fuseboard: Open Topology");
    topology = await code.webview(".node.service");
    await topology.locator(".node.stream").getByText("checkout").first().click();
    await topology.locator(".inspector h2", { hasText: "checkout" }).waitFor();
    await code.screenshot("resilience-stream");
  });

  it("sees that the program has gone, and goes on", async () => {
    await program.stop();
    await code.treeRow(/127\.0\.0\.1:\d+.*(lost|connecting)/).waitFor();
    expect((await call("payments")).outcome).toBe("success");
    await code.command("Fuseboard: Detach Hystrix Stream");
    await code.quickPick(/127\.0\.0\.1/).click();
    await expect.poll(() => topology.locator(".node.stream").count(), SOON).toBe(0);
  });
});
