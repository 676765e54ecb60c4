import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { codeServerEntry } from "./code-server-install.ts";
import { endTree } from "./processes.ts";
import { tempFolder } from "./temp-folder.ts";

export interface WorkbenchOptions {
  /** The packaged extension. */
  readonly vsix: string;
  /** Absolute path of the folder that the address opens. */
  readonly folder: string;
  /** Opens the folder in Restricted Mode, as VS Code does for one that it does not know yet. */
  readonly restricted?: boolean;
  /** User settings beyond the quiet ones of this harness. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** A running VS Code for the browser, with the extension installed. */
export interface Workbench {
  /** Address that opens the folder. */
  readonly url: string;
  readonly pid: number;
  /** All that it printed. */
  log(): string;
}

const QUIET_SETTINGS = {
  "chat.disableAIFeatures": true,
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "telemetry.telemetryLevel": "off",
  "extensions.ignoreRecommendations": true,
};

/** How long a window that lost its connection may come back. */
const GRACE_SECONDS = 3;

/** Starts a VS Code of its own, with data of its own; it ends with the scope, whole tree. */
export async function startWorkbench(scope: Scope, options: WorkbenchOptions): Promise<Workbench> {
  const entry = await codeServerEntry(scope);
  const data = await tempFolder(scope, "vscode");
  await mkdir(join(data, "user", "User"), { recursive: true });
  await writeFile(
    join(data, "user", "User", "settings.json"),
    JSON.stringify({ ...QUIET_SETTINGS, ...options.settings }, undefined, 2),
  );
  const common = [
    "--config",
    join(data, "config.yaml"),
    "--extensions-dir",
    join(data, "extensions"),
    "--user-data-dir",
    join(data, "user"),
  ];
  await writeFile(join(data, "config.yaml"), "auth: none\n");
  const launch = (args: readonly string[]): { child: ChildProcess; log: () => string } => {
    const child = spawn(process.execPath, [entry, ...common, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...environment(options.env), XDG_DATA_HOME: join(data, "share") },
    });
    const { pid } = child;
    if (pid !== undefined) scope.add(() => endTree(pid));
    let printed = "";
    const keep = (text: Buffer): void => void (printed += text.toString());
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    return { child, log: () => printed };
  };

  const installing = launch(["--install-extension", options.vsix]);
  const [code] = (await once(installing.child, "close")) as [number | null];
  if (code !== 0) throw new Error(`Could not install ${options.vsix}:\n${installing.log()}`);

  const { child, log } = launch([
    "--auth=none",
    "--bind-addr=127.0.0.1:0",
    "--disable-telemetry",
    "--disable-update-check",
    "--disable-proxy",
    // A closed window is closed: without this its extensions would run on for three hours.
    `--reconnection-grace-time=${String(GRACE_SECONDS)}`,
    ...(options.restricted ? [] : ["--disable-workspace-trust"]),
  ]);
  const origin = await listening(child, log);
  const url = `${origin}/?folder=${pathToFileURL(options.folder).pathname}`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) });
  if (!answer.ok) throw new Error(`code-server answers ${answer.status} at ${url}.`);
  return { url, pid: child.pid ?? 0, log };
}

/** The address that it listens on, once it does. */
function listening(child: ChildProcess, log: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const [, found] = /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(log()) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.on("data", look);
    child.once("error", reject);
    child.once("close", () => reject(new Error(`code-server ended:\n${log()}`)));
  });
}

/** Ours, without what would change where code-server listens or which VS Code it thinks it is in. */
function environment(more: WorkbenchOptions["env"]): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) =>
      !/^(PORT|PASSWORD|HASHED_PASSWORD|NODE_OPTIONS|VSCODE_.*|CODE_SERVER_.*)$/.test(name),
  );
  return { ...Object.fromEntries(own), ...more };
}
