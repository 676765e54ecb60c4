// `node test/support/webview-harness/run.ts [theme…]`: drives the built webview in Chromium with a
// real simulator and the sample shop behind it, and writes screenshots to test/output/webview/.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RequestClient } from "../../../simulator/protocol/channel.ts";
import { parseClusterFile } from "../../../simulator/protocol/cluster-file.ts";
import { PANEL_METHODS } from "../../../simulator/protocol/panel.ts";
import { Scope } from "../../../simulator/kernel/scope.ts";
import { root } from "../paths.ts";
import { openSession, pause } from "./session.ts";
import { THEMES, type ThemeName } from "./themes.ts";

const shop = join(root, "extension", "samples", "shop");

const wanted = process.argv.slice(2);
const themes = (Object.keys(THEMES) as ThemeName[]).filter(
  (theme) => wanted.length === 0 || wanted.includes(theme),
);

async function main(scope: Scope): Promise<void> {
  const parsed = parseClusterFile(await readFile(join(shop, "fuseboard.yaml"), "utf8"));
  if (!parsed.ok) throw new Error(parsed.errors[0]?.message);
  const spec = parsed.spec;
  // A window over time shows more of itself than failures in a row.
  const payments = spec.services.payments;
  if (payments) {
    payments.breaker = {
      engine: "sampling",
      threshold: 0.5,
      duration: 10_000,
      minimumRps: 1,
      halfOpenAfter: 5000,
      halfOpenCalls: 1,
      halfOpenThreshold: 0,
    };
  }
  const session = await openSession(scope);
  const { client } = session;
  let started = false;

  const open = (theme: ThemeName, width: number, height: number) =>
    session.open(theme, width, height, () => started);

  const first = await open(themes[0] ?? "dark", 1400, 900);
  await pause(300);
  await first.shot("empty");
  started = true;
  const starting = client.request("start", {
    spec,
    root: shop,
    name: "shop",
    node: process.execPath,
  });
  await pause(40);
  await first.host.tell(PANEL_METHODS.reset, {
    snapshot: await client.request("snapshot", null),
    phase: "starting",
  });
  await pause(60);
  await first.shot("starting");
  await starting;
  await pause(500);
  await first.shot("idle");
  await first.page.close();
  session.forget();

  await client.request("setLoad", {
    service: "checkout",
    shape: { kind: "open", arrivals: "poisson", perSecond: 16 },
    payload: { sku: "apple", quantity: 1 },
  });
  await pause(8000);
  await client.request("injectFault", {
    target: { instance: "inventory-2" },
    fault: { kind: "latency", latency: { kind: "normal", mean: 120, deviation: 40 } },
    durationMs: 120_000,
  });
  await client.request("injectFault", {
    target: { instance: "payments-3" },
    fault: { kind: "freeze" },
    durationMs: 120_000,
  });
  const views = [];
  for (const theme of themes) {
    views.push({ theme, wide: await open(theme, 1400, 900), half: await open(theme, 700, 900) });
  }
  await pause(4000);
  for (const { wide, half } of views) {
    await wide.shot("1-calls");
    await half.shot("1-calls-half");
    await wide.page.locator('[data-node="service:payments"] .card-title').click();
  }
  await client.request("injectFault", {
    target: { service: "payments" },
    fault: { kind: "status", status: 503 },
    conditions: { probability: 0.9 },
    durationMs: 300_000,
  });
  await pause(5000);
  await client.request("injectFault", {
    target: { instance: "inventory-3" },
    fault: { kind: "kill" },
  });
  await pause(2300);
  await untilOpen(client);
  for (const { wide, half } of views) {
    await wide.shot("2-open");
    await half.page.locator('[data-node="service:payments"] .card-title').click();
    await half.page.waitForTimeout(700);
    await half.shot("2-open-half");
    await wide.page.locator(".inspector").evaluate((e) => e.scrollTo(0, e.scrollHeight));
    await wide.shot("3-inspector-end");
    await wide.page.locator('[data-node="instance:payments-3"] .instance-name').click();
    await wide.page.waitForTimeout(1300);
    await wide.shot("4-instance");
    await wide.page.getByRole("radio", { name: "Retried" }).click();
    await wide.page.waitForTimeout(700);
    // The list stands still while it is pointed at.
    await wide.page.mouse.move(900, 800);
    await wide.page.waitForTimeout(600);
    await wide.page.mouse.click(900, 800);
    await wide.page.waitForTimeout(900);
    await wide.shot("5-call");
    await wide.page.getByRole("radio", { name: "Table" }).click();
    await wide.page.waitForTimeout(400);
    await wide.shot("6-table");
    await half.page.setViewportSize({ width: 700, height: 560 });
    await half.page.waitForTimeout(400);
    await half.shot("7-short");
    await wide.page.setViewportSize({ width: 1100, height: 640 });
    await wide.page.getByRole("radio", { name: "Graph" }).click();
    await wide.page.getByRole("button", { name: "Payload…" }).click();
    await wide.page.waitForTimeout(500);
    await wide.shot("8-payload");
  }
}

/** Waits until the breaker of payments is open and has some of its pause left. */
async function untilOpen(client: RequestClient): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    const snapshot = await client.request("snapshot", null);
    const breaker = snapshot.services.payments?.breaker;
    if (breaker?.status === "open" && (breaker.probeAt ?? 0) - Date.now() > 3000) return;
    await pause(50);
  }
}

const scope = new Scope();
try {
  await main(scope);
} finally {
  await scope.dispose();
}
