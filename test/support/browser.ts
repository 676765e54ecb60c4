import { chromium, type Browser } from "playwright-core";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { findProgram } from "./required-programs.ts";
import { tempFolder } from "./temp-folder.ts";

/** The Chromium that tests drive. */
export function findChromium(): string | undefined {
  return findProgram("chromium", "chromium-browser", "google-chrome");
}

/** Starts Chromium without a window, with a profile of its own. */
export async function launchBrowser(scope: Scope): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("Chromium was not found on the path.");
  const browser = await chromium.launch({
    executablePath,
    // Its crash reporter writes into the user's own configuration otherwise.
    env: { ...process.env, XDG_CONFIG_HOME: await tempFolder(scope, "chromium") },
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  scope.add(() => browser.close());
  return browser;
}
