// `npm run pictures`: the topology of the sample under load in a real VS Code, in a dark, a light
// and both high contrast themes, or in those that are named, and at half the width, into
// test/output/pictures/. With `--readme` the dark one also becomes the picture of README.md.
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { compile } from "./compile.ts";
import { mainScope } from "./main-scope.ts";
import { root, sample } from "./paths.ts";
import { VsCodeSession } from "./vscode-session.ts";
import { packageExtension } from "./vsix.ts";

const THEMES = {
  dark: "Default Dark Modern",
  light: "Default Light Modern",
  contrast: "Default High Contrast",
  "contrast-light": "Default High Contrast Light",
};

const folder = join(root, "test", "output", "pictures");

async function takePictures(scope: Scope, name: keyof typeof THEMES): Promise<void> {
  const settings = { "workbench.colorTheme": THEMES[name] };
  const code = await VsCodeSession.open(scope, { workspace: sample, settings });
  await code.command("Fuseboard: Start Cluster");
  await code.statusItem("9/9 up").waitFor();
  await code.command("Fuseboard: Open Topology");
  const topology = await code.webview(".node.service");
  await code.command("View: Toggle Primary Side Bar Visibility");
  await code.command("Fuseboard: Kill Instance");
  await code.quickPick("inventory-3").click();
  await topology.locator(".node.service").getByText("payments", { exact: true }).click();
  await topology.getByText("Start load", { exact: true }).click();
  await code.command("Fuseboard: Inject Fault…");
  await code.quickPick(/^payments$/).click();
  await code.quickPick("Answer with a status").click();
  await code.answer("503", "Answer with a status: payments");
  await code.answer("70%", "When, and for how long: payments");
  const backoff = topology.locator(".call-row .bar.backoff");
  await backoff.first().waitFor();
  await topology.locator(".call-row .row-outcome.tone-fallback").first().waitFor();
  await topology.getByRole("radio", { name: "Retried" }).click();
  for (const [suffix, width] of [
    ["", 1400],
    ["-half", 700],
  ] as const) {
    await code.page.setViewportSize({ width, height: 900 });
    await topology.locator(".node.service").first().waitFor();
    await topology.locator(".lease.tone-slow").first().waitFor({ state: "detached" });
    await topology
      .locator(".machine")
      .getByText(/in \d\.\ds$/)
      .waitFor();
    await code.page.screenshot({ path: join(folder, `${name}${suffix}.png`) });
  }
}

const scope = mainScope(130);
try {
  await compile();
  await packageExtension();
  await mkdir(folder, { recursive: true });
  const names = Object.keys(THEMES) as (keyof typeof THEMES)[];
  const named = names.filter((name) => process.argv.includes(name));
  for (const name of named.length > 0 ? named : names) {
    const inner = scope.child();
    await takePictures(inner, name);
    await inner.dispose();
  }
  if (process.argv.includes("--readme")) {
    await copyFile(join(folder, "dark.png"), join(root, "extension", "media", "topology.png"));
  }
} finally {
  await scope.dispose();
}
