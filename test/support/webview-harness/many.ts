// `node test/support/webview-harness/many.ts [theme…]`: thirty made-up services of five instances,
// some with names as long as they may be, and a cluster without any, as screenshots in
// test/output/webview/. Needs only the webview built, no simulator.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Scope } from "../../../simulator/kernel/scope.ts";
import type { InstanceState, ServiceState, Snapshot } from "../../../simulator/protocol/model.ts";
import { launchBrowser } from "../browser.ts";
import { root } from "../paths.ts";
import { serveWebview } from "./host-page.ts";
import { madeUpAnswers } from "./made-up-answers.ts";
import { madeUpCluster } from "./made-up-cluster.ts";
import { say } from "./session.ts";
import { THEMES, type ThemeName } from "./themes.ts";
import { hostWebview } from "./webview-host.ts";

const output = join(root, "test", "output", "webview");
const wanted = process.argv.slice(2);
const themes = (Object.keys(THEMES) as ThemeName[]).filter(
  (theme) => wanted.length === 0 || wanted.includes(theme),
);

/** The longest name that a service may have. */
const LONG = "the-long-name-of-a-service-generated-from-a-namespace-and-a-tag";

/** The made-up cluster's services again and again under other names, five instances each. */
function manyServices(): Snapshot {
  const base = madeUpCluster(Date.now());
  const kinds = Object.values(base.services);
  const services: Record<string, ServiceState> = {};
  const instances: Record<string, InstanceState> = {};
  for (let n = 0; n < 30; n++) {
    const name =
      n % 10 === 3 ? LONG.slice(0, 62) + String(Math.floor(n / 10)) : `service-${String(n)}`;
    const like = kinds[n % kinds.length];
    const model = Object.values(base.instances)[n % 3];
    if (!like || !model) continue;
    const calls = n < 5 ? [`service-${String(10 + 2 * n)}`, `service-${String(11 + 2 * n)}`] : [];
    services[name] = { ...like, name, scale: 5, spec: { ...like.spec, instances: 5, calls } };
    for (let i = 1; i <= 5; i++) {
      const id = `${name}-${String(i)}`;
      instances[id] = { ...model, id, service: name };
    }
  }
  return { ...base, services, instances, faults: {}, streams: {} };
}

async function main(scope: Scope): Promise<void> {
  await mkdir(output, { recursive: true });
  const address = await serveWebview(scope);
  const browser = await launchBrowser(scope);
  const many = manyServices();
  const none: Snapshot = { ...many, services: {}, instances: {}, calls: [] };
  for (const theme of themes) {
    for (const width of [1400, 700]) {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      let cluster = many;
      await hostWebview(page, () => madeUpAnswers(() => cluster));
      const shot = async (name: string) => {
        await page.waitForTimeout(700);
        await page.screenshot({ path: join(output, `${theme}-${name}-${String(width)}.png`) });
        say(`${theme}-${name}-${String(width)}.png`);
      };
      await page.goto(`${address}?theme=${theme}`);
      await page.locator(".node.service").first().waitFor();
      await shot("many");
      await page.getByRole("radio", { name: "Table" }).click();
      await page
        .locator("tbody button", { hasText: LONG.slice(0, 62) })
        .first()
        .click();
      await shot("many-table");
      await page.getByRole("radio", { name: "Graph" }).click();
      await shot("many-long");
      cluster = none;
      await page.reload();
      await shot("none");
      await page.close();
    }
  }
}

const scope = new Scope();
try {
  await main(scope);
} finally {
  await scope.dispose();
}
