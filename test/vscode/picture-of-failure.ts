import type { TestContext } from "vitest";
import type { VsCodeSession } from "../support/vscode-session.ts";

/** After a test that failed: what was seen then, in test/output/. */
export async function pictureOfFailure(
  { task }: TestContext,
  code: VsCodeSession | undefined,
): Promise<void> {
  if (task.result?.state !== "fail" || !code || code.page.isClosed()) return;
  const name = task.name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  await code.screenshot(`failed-${name}`.slice(0, 80));
}
