// `node test/support/webview-harness/balancers.ts [theme…]`: the decision inspector in its states,
// each over a real service under load, as screenshots in test/output/webview/.
import type { Page } from "playwright-core";
import { Scope } from "../../../simulator/kernel/scope.ts";
import { parseClusterFile } from "../../../simulator/protocol/cluster-file.ts";
import { root } from "../paths.ts";
import { openSession, pause } from "./session.ts";
import { THEMES, type ThemeName } from "./themes.ts";

const wanted = process.argv.slice(2);
const themes = (Object.keys(THEMES) as ThemeName[]).filter(
  (theme) => wanted.length === 0 || wanted.includes(theme),
);

const CLUSTER = `
version: 1
services:
  web:
    instances: 3
    retry: { attempts: 2 }
    balancer:
      servers: [{ weight: 5 }, { weight: 3 }, { weight: 1 }]
    synthetic: { latency: { kind: exponential, mean: 20ms } }
  ring:
    instances: 4
    balancer: { algorithm: ring-hash, key: $request_uri, ring: { minimum: 160 } }
    synthetic: { latency: 5ms }
  table:
    instances: 5
    balancer: { algorithm: maglev, key: $remote_addr, servers: [{ weight: 4 }] }
    synthetic: { latency: 5ms }
  slow:
    instances: 12
    balancer: { algorithm: peak-ewma }
    synthetic: { latency: { kind: exponential, mean: 30ms } }
  queue:
    instances: 3
    balancer:
      algorithm: haproxy-leastconn
      servers: [{ maxConnections: 1 }, { maxConnections: 1 }, { maxConnections: 1, backup: true }]
    synthetic: { latency: 150ms }
  quiet:
    instances: 2
    synthetic: {}
`;

async function main(scope: Scope): Promise<void> {
  const parsed = parseClusterFile(CLUSTER);
  if (!parsed.ok) throw new Error(parsed.errors[0]?.message);
  const { client, open } = await openSession(scope);
  await client.request("start", { spec: parsed.spec, root, name: "balancers" });
  for (const service of ["web", "ring", "table", "slow", "queue"]) {
    const shape = { kind: "open", arrivals: "poisson", perSecond: 15 } as const;
    await client.request("setLoad", { service, shape, payload: {} });
  }
  const views = [];
  for (const theme of themes) {
    views.push({ theme, page: await open(theme, 1400, 900), half: await open(theme, 700, 900) });
  }
  for (const { page } of views) await choose(page.page, "web");
  await pause(15_000);
  await client.request("injectFault", {
    target: { instance: "slow-2" },
    fault: { kind: "latency", latency: { kind: "normal", mean: 300, deviation: 40 } },
  });
  for (const [i, { page, half }] of views.entries()) {
    const wide = page.page;
    if (i === 0) {
      const weight = wide.getByLabel("Weight of web-3");
      await weight.fill("9");
      await weight.press("Enter");
      await wide.getByRole("radiogroup", { name: "State of web-2" }).getByText("Drain").click();
    }
    await pause(9000);
    await page.shot("balancer-web");
    await wide.getByText("Replay", { exact: true }).last().scrollIntoViewIfNeeded();
    await wide.locator(".replay-form vscode-button").click();
    await wide.locator(".busy").waitFor({ state: "hidden" });
    await tall(wide, async () => page.shot("balancer-web-all"));
    await choose(half.page, "web");
    await half.page.waitForTimeout(1500);
    await half.shot("balancer-web-half");
    await tall(half.page, async () => half.shot("balancer-web-half-all"));
    await choose(wide, "ring");
    await wide.waitForTimeout(1500);
    await wide.locator(".holdings button").nth(1).focus();
    await tall(wide, async () => page.shot("balancer-ring"));
    await choose(wide, "table");
    await wide.waitForTimeout(1500);
    await tall(wide, async () => page.shot("balancer-table"));
    await client.request("chooseBalancer", { service: "table", algorithm: "haproxy-source" });
    await wide.waitForTimeout(1500);
    await tall(wide, async () => page.shot("balancer-few-slots"));
    await client.request("chooseBalancer", { service: "table", algorithm: "maglev" });
    await choose(wide, "queue");
    await wide.waitForTimeout(2500);
    await tall(wide, async () => page.shot("balancer-queue"));
    await choose(wide, "slow");
    await wide.waitForTimeout(1500);
    await wide.locator("summary", { hasText: "columns" }).click();
    await wide.locator("summary", { hasText: "chosen" }).click();
    await tall(wide, async () => page.shot("balancer-many"));
    await choose(wide, "quiet");
    await wide.waitForTimeout(1200);
    await tall(wide, async () => page.shot("balancer-quiet"));
    await wide.locator('[data-node="instance:web-3"] .instance-name').click();
    await wide.waitForTimeout(800);
    await page.shot("balancer-instance");
  }
}

async function choose(page: Page, service: string): Promise<void> {
  await page.locator(`[data-node="service:${service}"] .card-title`).click();
}

/** All of the inspector at once. */
async function tall(page: Page, shoot: () => Promise<void>): Promise<void> {
  const size = page.viewportSize() ?? { width: 1400, height: 900 };
  await page.setViewportSize({ ...size, height: 2300 });
  await page.waitForTimeout(900);
  await shoot();
  await page.setViewportSize(size);
}

const scope = new Scope();
try {
  await main(scope);
} finally {
  await scope.dispose();
}
