// `node test/support/webview-harness/engines.ts [theme…]`: services that the installed nginx and
// HAProxy balance, and a program that Fuseboard did not start, as screenshots in
// test/output/webview/.
import { createServer } from "node:http";
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

const clusterWith = (port: number) => `
version: 1
services:
  web:
    instances: 3
    balancer:
      engine: [fuseboard, nginx, haproxy]
      servers: [{ weight: 5 }, { weight: 3 }, { weight: 1 }]
    synthetic: { latency: 10ms }
  chance:
    instances: 4
    balancer: { engine: [fuseboard, nginx], algorithm: ip-hash }
    synthetic: { latency: 10ms }
  real:
    instances: 2
    balancer: { engine: haproxy, algorithm: haproxy-leastconn }
    synthetic: { latency: 20ms }
  yours:
    instances: 2
    balancer: { servers: [{ address: "127.0.0.1:${String(port)}", external: true }] }
    synthetic: { latency: 10ms }
  all-yours:
    instances: 1
    balancer: { servers: [{ address: "127.0.0.1:${String(port)}", external: true }] }
    synthetic: {}
`;

async function main(scope: Scope): Promise<void> {
  const parsed = parseClusterFile(clusterWith(await serve(scope)));
  if (!parsed.ok) throw new Error(parsed.errors[0]?.message);
  const { client, open } = await openSession(scope);
  await client.request("start", { spec: parsed.spec, root, name: "engines" });
  for (const service of ["web", "chance", "real", "yours", "all-yours"]) {
    const clients = service === "chance" ? 3 : 100;
    const shape = { kind: "open", arrivals: "constant", perSecond: 30, clients } as const;
    await client.request("setLoad", { service, shape, payload: {} });
  }
  const views = [];
  for (const theme of themes) {
    views.push({ theme, page: await open(theme, 1400, 900), half: await open(theme, 700, 900) });
  }
  await pause(9000);
  for (const { page, half } of views) {
    const wide = page.page;
    await choose(wide, "web");
    await wide.waitForTimeout(1500);
    await tall(wide, async () => page.shot("engines"));
    await choose(half.page, "web");
    await half.page.waitForTimeout(1500);
    await half.page.getByText("Engines side by side").scrollIntoViewIfNeeded();
    await half.shot("engines-half");
    await choose(wide, "chance");
    await wide.waitForTimeout(1500);
    await tall(wide, async () => page.shot("engines-two"));
    await choose(wide, "real");
    await wide.waitForTimeout(1500);
    await page.shot("engine-one");
    await choose(wide, "all-yours");
    await wide.waitForTimeout(1000);
    await wide.getByText("Inject a fault", { exact: true }).click();
    await wide.getByText("Inject", { exact: true }).scrollIntoViewIfNeeded();
    await wide.getByLabel("Fault", { exact: true }).click();
    await wide.waitForTimeout(300);
    await page.shot("external-service");
    await wide.keyboard.press("Escape");
    await wide.locator('[data-node="instance:yours-1"] .instance-name').click();
    await wide.waitForTimeout(1300);
    await page.shot("external-instance");
    await half.page.locator('[data-node="instance:yours-1"] .instance-name').click();
    await half.page.waitForTimeout(1300);
    await half.shot("external-instance-half");
  }
}

/** A program that runs without Fuseboard. @returns its port */
async function serve(scope: Scope): Promise<number> {
  const server = createServer((_, response) => response.end("{}"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  scope.add(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return address.port;
}

/** All of the inspector at once. */
async function tall(page: Page, shoot: () => Promise<void>): Promise<void> {
  const size = page.viewportSize() ?? { width: 1400, height: 900 };
  await page.setViewportSize({ ...size, height: 1700 });
  await page.waitForTimeout(900);
  await shoot();
  await page.setViewportSize(size);
}

async function choose(page: Page, service: string): Promise<void> {
  await page.locator(`[data-node="service:${service}"] .card-title`).click();
}

const scope = new Scope();
try {
  await main(scope);
} finally {
  await scope.dispose();
}
