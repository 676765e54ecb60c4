// Time that VS Code says the extension took to activate, against its own TypeScript support in the
// same window. Smaller is better.
import { join } from "node:path";
import type { Bench } from "../support/bench.ts";
import { root } from "../support/paths.ts";
import { packageExtension } from "../support/vsix.ts";
import { VsCodeSession } from "../support/vscode-session.ts";
import { median } from "./load.ts";

const ROUNDS = 3;

const measure: Bench = async (scope, report) => {
  await packageExtension();
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const inner = scope.child();
    const workspace = join(root, "extension", "samples", "shop");
    const session = await VsCodeSession.open(inner, { workspace });
    await session.openFile("checkout.ts");
    await session.lens("Invoke").first().waitFor();
    await session.command("Developer: Show Running Extensions");
    ours.push(await activationMs(session, "Fuseboard"));
    theirs.push(await activationMs(session, "JavaScript and TypeScript Language Features"));
    await inner.dispose();
  }
  report({
    metric: "ms to activate, median of 3",
    ours: median(ours),
    peer: "VS Code's JavaScript and TypeScript Language Features",
    theirs: median(theirs),
  });
};

async function activationMs(session: VsCodeSession, name: string): Promise<number> {
  const row = session.page
    .locator(".runtime-extensions-editor .monaco-list-row")
    .filter({ has: session.page.getByText(name, { exact: true }) });
  const text = await row.innerText();
  const [, ms] = /Activation: (\d+)\s*ms/.exec(text) ?? [];
  if (ms === undefined) throw new Error(`VS Code says of ${name}: "${text}".`);
  return Number(ms);
}

export default measure;
