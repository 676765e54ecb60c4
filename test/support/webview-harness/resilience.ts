// `node test/support/webview-harness/resilience.ts [theme…]`: breakers, layers, faults and streams
// in states that were made up, as screenshots in test/output/webview/. Needs only the webview
// built, no simulator.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { Snapshot } from "../../../simulator/protocol/model.ts";
import { Scope } from "../../../simulator/kernel/scope.ts";
import { launchBrowser } from "../browser.ts";
import { root } from "../paths.ts";
import { serveWebview } from "./host-page.ts";
import { madeUpAnswers } from "./made-up-answers.ts";
import { madeUpCluster } from "./made-up-cluster.ts";
import { say } from "./session.ts";
import { THEMES, type ThemeName } from "./themes.ts";
import { hostWebview, type WebviewHost } from "./webview-host.ts";

const output = join(root, "test", "output", "webview");
const wanted = process.argv.slice(2);
const themes = (Object.keys(THEMES) as ThemeName[]).filter(
  (theme) => wanted.length === 0 || wanted.includes(theme),
);

async function main(scope: Scope): Promise<void> {
  await mkdir(output, { recursive: true });
  const address = await serveWebview(scope);
  const browser = await launchBrowser(scope);
  const open = async (theme: ThemeName, width: number) => {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    page.on("console", (message) => {
      say(`${theme} console ${message.type()}: ${message.text()}`);
    });
    page.on("pageerror", (error) => {
      say(`${theme} page error: ${error.stack ?? error.message}`);
    });
    const cluster = madeUpCluster(Date.now());
    const host = await hostWebview(page, () => madeUpAnswers(() => cluster));
    const counting = keepCounting(host, cluster);
    page.on("close", () => {
      clearInterval(counting);
    });
    await page.goto(`${address}?theme=${theme}`);
    await page.locator(".node.service").first().waitFor();
    return {
      page,
      shot: async (name: string) => {
        await page.waitForTimeout(700);
        await page.screenshot({ path: join(output, `${theme}-${name}.png`) });
        say(`${theme}-${name}.png`);
      },
    };
  };
  for (const theme of themes) {
    for (const [suffix, width] of [
      ["", 1400],
      ["-half", 700],
    ] as const) {
      const { page, shot } = await open(theme, width);
      await shot(`faults-overview${suffix}`);
      await node(page, "service:payments");
      await shot(`breaker-open${suffix}`);
      await tall(page, () => shot(`breaker-open-all${suffix}`));
      await page.getByText("Why did it open?", { exact: true }).click();
      await page.locator(".mark").nth(10).focus();
      await tall(page, () => shot(`breaker-why${suffix}`));
      await page.locator(".scrub-track").focus();
      for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowLeft");
      await page.getByText("Trip for…").click();
      await tall(page, () => shot(`breaker-past${suffix}`));
      await page.keyboard.press("Escape");
      await node(page, "service:inventory");
      await shot(`breaker-tripped${suffix}`);
      await node(page, "service:checkout");
      await shot(`breaker-half-open${suffix}`);
      await node(page, "service:stock");
      await page.locator(".fold summary", { hasText: "Inject a fault" }).click();
      await page.locator(".fold summary", { hasText: "When" }).click();
      await page.getByLabel("Share of calls").fill("120");
      await page.locator(".fault-form .text-input").first().fill("normal 200ms");
      await page.getByText("Inject", { exact: true }).click();
      await tall(page, () => shot(`fault-form${suffix}`));
      await page.locator('[data-node="edge:payments>stock"]').focus();
      await page.keyboard.press("Enter");
      await shot(`edge${suffix}`);
      await page.locator('[data-node="command:stream-1/GetRecommendations"]').click();
      await shot(`stream-command${suffix}`);
      await page.locator('[data-node="stream:stream-2"] .card-title').click();
      await shot(`stream${suffix}`);
      await page.locator('[data-node="instance:checkout-2"] .instance-name').click();
      await shot(`debugged${suffix}`);
      if (suffix === "") {
        await page.getByRole("radio", { name: "Table" }).click();
        await shot("faults-table");
      }
      await page.close();
    }
  }
}

/** Calls go on: without them all rates would fall to nothing. */
function keepCounting(host: WebviewHost, { seq, counters }: Snapshot): NodeJS.Timeout {
  let ticks = 0;
  return setInterval(() => {
    ticks++;
    const edges = Object.entries(counters.edges).map(([key, edge]) => [
      key,
      {
        ...edge,
        calls: edge.calls + ticks * 10,
        failed: edge.failed + ticks * Math.round((10 * edge.failed) / edge.calls),
        fallbacks: edge.fallbacks + ticks * Math.round((10 * edge.fallbacks) / edge.calls),
      },
    ]);
    const counted = {
      kind: "counted" as const,
      seq: seq + ticks,
      at: Date.now(),
      counters: { services: {}, instances: {}, edges: Object.fromEntries(edges) as never },
    };
    host.facts({ from: seq + 1, to: counted.seq, facts: [counted] });
  }, 250);
}

async function node(page: Page, id: string): Promise<void> {
  await page.locator(`[data-node="${id}"] .card-title`).click();
  await page.waitForTimeout(900);
}

/** All of the inspector at once. */
async function tall(page: Page, shoot: () => Promise<void>): Promise<void> {
  const size = page.viewportSize() ?? { width: 1400, height: 900 };
  await page.setViewportSize({ ...size, height: 2000 });
  await shoot();
  await page.setViewportSize(size);
}

const scope = new Scope();
try {
  await main(scope);
} finally {
  await scope.dispose();
}
