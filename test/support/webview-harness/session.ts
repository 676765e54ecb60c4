import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { SimulatorProcess } from "../../../extension/cluster/simulator-process.ts";
import type { Scope } from "../../../simulator/kernel/scope.ts";
import type { RequestClient } from "../../../simulator/protocol/channel.ts";
import type { FactBatch } from "../../../simulator/protocol/events.ts";
import { launchBrowser } from "../browser.ts";
import { dist, root } from "../paths.ts";
import { serveWebview } from "./host-page.ts";
import type { ThemeName } from "./themes.ts";
import { hostWebview, type WebviewHost } from "./webview-host.ts";

const output = join(root, "test", "output", "webview");
export const say = (line: string) => process.stdout.write(`${line}\n`);
export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** One page with the webview in it. */
export interface View {
  readonly page: Page;
  readonly host: WebviewHost;
  /** Writes a screenshot to test/output/webview/, with the theme in front of its name. */
  shot(name: string): Promise<void>;
}

/** A real simulator, and pages that show it. */
export interface Session {
  readonly client: RequestClient;
  /** `connected` says whether the page is told of the simulator. */
  readonly open: (
    theme: ThemeName,
    width: number,
    height: number,
    connected?: () => boolean,
  ) => Promise<View>;
  /** Forgets the pages, which tell nothing any more. */
  forget(): void;
}

export async function openSession(scope: Scope): Promise<Session> {
  await mkdir(output, { recursive: true });
  const hosts = new Set<WebviewHost>();
  const simulator = SimulatorProcess.launch(join(dist, "simulator", "main.cjs"), {
    facts: (batch: FactBatch) => {
      for (const host of hosts) host.facts(batch);
    },
    printed: say,
    exited: (reason) => {
      say(`simulator: ${reason}`);
    },
  });
  scope.add(async () => {
    await simulator.stop();
  });
  const { client } = simulator;
  const address = await serveWebview(scope);
  const browser = await launchBrowser(scope);
  return {
    client,
    forget: () => {
      hosts.clear();
    },
    open: async (theme, width, height, connected = () => true) => {
      const page = await browser.newPage({ viewport: { width, height } });
      // The machine may be busy.
      page.setDefaultTimeout(90_000);
      page.on("console", (message) => {
        say(`${theme} console ${message.type()}: ${message.text()}`);
      });
      page.on("pageerror", (error) => {
        say(`${theme} page error: ${error.stack ?? error.message}`);
      });
      const host = await hostWebview(page, () => (connected() ? client : undefined));
      hosts.add(host);
      await page.goto(`${address}?theme=${theme}`);
      const shot = async (name: string) => {
        await page.screenshot({ path: join(output, `${theme}-${name}.png`) });
        say(`${theme}-${name}.png`);
      };
      return { page, host, shot };
    },
  };
}
