import { randomBytes } from "node:crypto";
import { cp, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { launchBrowser } from "./browser.ts";
import { markedProcesses } from "./marked-processes.ts";
import { dist } from "./paths.ts";
import type { ProcessInfo } from "./processes.ts";
import { tempFolder } from "./temp-folder.ts";
import { WorkbenchPage } from "./workbench-page.ts";
import { startWorkbench, type Workbench } from "./workbench.ts";

export interface SessionOptions {
  /** Folder that is copied and opened. */
  readonly workspace: string;
  /** Restricted Mode, as for a folder that VS Code does not know yet. */
  readonly restricted?: boolean;
  readonly theme?: "light" | "dark";
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly width?: number;
}

/** A real VS Code with the packaged extension, in a real browser, on a copy of a folder. */
export class VsCodeSession extends WorkbenchPage {
  readonly workbench: Workbench;
  /** The opened copy. */
  readonly folder: string;
  readonly #mark: string;

  private constructor(
    page: WorkbenchPage["page"],
    workbench: Workbench,
    folder: string,
    mark: string,
  ) {
    super(page);
    this.workbench = workbench;
    this.folder = folder;
    this.#mark = mark;
  }

  /** Starts everything; it ends with the scope. */
  static async open(scope: Scope, options: SessionOptions): Promise<VsCodeSession> {
    const folder = join(await tempFolder(scope, "workspace"), basename(options.workspace));
    await cp(options.workspace, folder, { recursive: true });
    const mark = randomBytes(8).toString("hex");
    const workbench = await startWorkbench(scope, {
      vsix: await packagedExtension(),
      folder,
      restricted: options.restricted ?? false,
      settings: {
        "files.autoSave": "off",
        "workbench.colorTheme": `Default ${options.theme === "light" ? "Light" : "Dark"} Modern`,
        ...options.settings,
      },
      env: { [MARK]: mark },
    });
    const browser = await launchBrowser(scope);
    const page = await browser.newPage({ viewport: { width: options.width ?? 1400, height: 900 } });
    page.setDefaultTimeout(60_000);
    await page.goto(workbench.url);
    await page.locator(".activitybar").getByRole("tab", { name: "Fuseboard" }).waitFor();
    return new VsCodeSession(page, workbench, folder, mark);
  }

  /** The processes of this VS Code whose command line holds `part`; all of them without it. */
  async processes(part = ""): Promise<ProcessInfo[]> {
    const all = await markedProcesses(MARK, this.#mark);
    return all.filter(({ command }) => command.includes(part));
  }

  /** The simulators that run. */
  simulators(): Promise<ProcessInfo[]> {
    return this.processes(join("dist", "simulator", "main.cjs"));
  }

  /** The processes of instances that run. */
  instances(): Promise<ProcessInfo[]> {
    return this.processes(join("dist", "simulator", "node-host.cjs"));
  }

  extensionHosts(): Promise<ProcessInfo[]> {
    return this.processes("--type=extensionHost");
  }

  /** Closes the window as a user does. */
  async closeWindow(): Promise<void> {
    const closed = this.page.waitForEvent("close");
    await this.page.close({ runBeforeUnload: true });
    await closed;
  }
}

/** Environment variable that all processes of one session inherit. */
const MARK = "FUSEBOARD_TEST_SESSION";

/** The newest package of dist/. */
async function packagedExtension(): Promise<string> {
  const names = (await readdir(dist)).filter((name) => name.endsWith(".vsix"));
  const [name] = names;
  if (name === undefined) throw new Error("dist/ holds no package. Run `npm run package` first.");
  return join(dist, name);
}
