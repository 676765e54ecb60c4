// `npm start`: builds, packages, and opens VS Code with the extension on the sample workspace.
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../../simulator/kernel/cache-folder.ts";
import { compile } from "./compile.ts";
import { findDesktopCode, openInDesktopCode } from "./desktop-code.ts";
import { mainScope } from "./main-scope.ts";
import { openBrowser } from "./open-browser.ts";
import { root } from "./paths.ts";
import { tempFolder } from "./temp-folder.ts";
import { packageExtension } from "./vsix.ts";
import { startWorkbench } from "./workbench.ts";

const USAGE = `npm start [-- --no-open]
  Opens VS Code with Fuseboard on a copy of the sample workspace: the desktop one if \`code\` is on
  the path, else one in the browser.
  --no-open   opens no window; prints \`ready http://127.0.0.1:<port>/…\` when it can be used\n`;

const sample = join(root, "extension", "samples", "shop");
const say = (line: string): unknown => process.stderr.write(`${line}\n`);

/** Opens the desktop VS Code, if there is one and it takes the extension. */
async function startDesktop(vsix: string): Promise<boolean> {
  const code = findDesktopCode();
  if (code === undefined) return false;
  // The window outlives this command, and so does its folder.
  const folder = join(cacheFolder(), "shop");
  await mkdir(folder, { recursive: true });
  await cp(sample, folder, { recursive: true });
  say(`Opening ${folder} with ${code} …`);
  if (openInDesktopCode(code, vsix, folder)) {
    say("Opened. To remove the extension: code --uninstall-extension fuseboard.fuseboard");
    return true;
  }
  say("That VS Code did not take it (see above): using one in the browser instead.");
  return false;
}

/** Runs a VS Code for the browser until it is stopped. */
async function startInBrowser(vsix: string, open: boolean): Promise<void> {
  const scope = mainScope(0);
  try {
    const folder = join(await tempFolder(scope, "sample"), "shop");
    await cp(sample, folder, { recursive: true });
    say("Starting VS Code for the browser …");
    const { url } = await startWorkbench(scope, { vsix, folder });
    if (scope.ended) return;
    process.stdout.write(`ready ${url}\n`);
    if (open && !(await openBrowser(url))) say("Open that address in a browser.");
    say("Ctrl-C stops everything.");
  } catch (error) {
    // What fails because it is being stopped is no failure.
    if (scope.ended) return;
    await scope.dispose();
    throw error;
  }
}

const args = process.argv.slice(2);
if (args.includes("--help")) {
  process.stdout.write(USAGE);
} else if (args.some((arg) => arg !== "--no-open")) {
  say(`Unknown argument. Usage: ${USAGE}`);
  process.exitCode = 2;
} else {
  const open = !args.includes("--no-open");
  say("Building …");
  await compile();
  const { path } = await packageExtension();
  if (!open || !(await startDesktop(path))) await startInBrowser(path, open);
}
