import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { Scope } from "../../simulator/kernel/scope.ts";
import { buildPrograms } from "../support/built-programs.ts";
import { dist } from "../support/paths.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const FUNCTIONS = `
const stops = (name, context) =>
  new Promise((resolve, reject) => {
    context.log("%s works until %d", name, context.deadline);
    context.signal.addEventListener("abort", () => {
      context.log("%s stopped: %s", name, context.signal.reason.message);
      reject(context.signal.reason);
    });
  });
export const front = (event, context) => {
  context.log("front works until %d", context.deadline);
  return context.call("middle", event);
};
export const middle = (event, context) => {
  context.log("middle works until %d", context.deadline);
  return context.call("back", event);
};
export const back = (event, context) => stops("back", context);
export const fails = () => { throw new Error("out of stock"); };
export const instead = (event) => ({ instead: event });
`;

interface Line {
  readonly kind: string;
  readonly gateway?: string;
  readonly line?: string;
  readonly state?: { readonly name: string; readonly fallbackOf?: string };
}

describe("a cluster of functions that call each other", () => {
  const scope = new Scope();
  const lines: Line[] = [];
  let gateway = "";
  beforeAll(async () => {
    await buildPrograms();
    const folder = await tempFolder(scope, "resilience");
    await writeFile(join(folder, "shop.mjs"), FUNCTIONS);
    const one = (name: string, settings: object = {}) => ({
      function: `shop.mjs#${name}`,
      instances: 1,
      ...settings,
    });
    const services = {
      front: one("front", { timeout: "600ms" }),
      patient: one("front", { timeout: "20s" }),
      middle: one("middle", { timeout: "20s" }),
      back: one("back", { timeout: "20s" }),
      checkout: one("fails", { fallback: { function: "shop.mjs#instead" } }),
    };
    await writeFile(join(folder, "fuseboard.yaml"), stringify({ version: 1, services }));
    const child = spawn(
      process.execPath,
      [join(dist, "simulator", "cli.cjs"), "up", folder, "--facts", "state"],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const exited = new Promise((resolve) => child.once("exit", resolve));
    scope.add(async () => {
      child.kill("SIGTERM");
      await exited;
    });
    const ready = Promise.withResolvers<string>();
    createInterface({ input: child.stdout }).on("line", (text) => {
      const line = JSON.parse(text) as Line;
      lines.push(line);
      if (line.kind === "ready") ready.resolve(line.gateway ?? "");
    });
    gateway = await ready.promise;
  });
  afterAll(() => scope.dispose());

  const printed = () => lines.flatMap(({ line }) => line ?? []);
  const prints = (text: string) =>
    until(() => printed().some((line) => line.includes(text)), { timeoutMs: 10_000 });
  const call = (service: string, init: RequestInit = {}) =>
    fetch(`${gateway}/${service}`, { method: "POST", body: "{}", ...init });

  it("stops working all the way down when the time of the first is over", async () => {
    lines.length = 0;
    const answer = await call("front");
    expect(answer.status).toBe(504);
    expect(answer.headers.get("x-fuseboard-outcome")).toBe("timeout");
    expect(await prints("back stopped:")).toBe(true);
    const deadlines = ["front", "middle", "back"].map((name) =>
      Number(
        printed()
          .find((line) => line.startsWith(`${name} works until`))
          ?.split(" ")
          .at(-1),
      ),
    );
    // Everyone has the deadline of the one who waits, not that of its own, later timeout.
    expect(new Set(deadlines).size).toBe(1);
    expect(deadlines[0]).toBeLessThanOrEqual(Date.now());
  });

  it("stops working when the caller goes away", async () => {
    // What the test before has stopped has printed all that it prints.
    lines.length = 0;
    const gone = new AbortController();
    const answer = call("patient", { signal: gone.signal });
    expect(await prints("back works until")).toBe(true);
    expect(printed().some((line) => line.includes("stopped"))).toBe(false);
    gone.abort();
    await expect(answer).rejects.toThrow();
    expect(await prints("back stopped: The caller went away.")).toBe(true);
  });

  it("stops at the deadline that the caller says", async () => {
    lines.length = 0;
    const deadline = Date.now() + 400;
    const headers = { "x-fuseboard-deadline": String(deadline) };
    const answer = await call("patient", { headers });
    expect([answer.status, await answer.json()]).toMatchObject([
      504,
      { error: { outcome: "timeout", message: "The deadline of the call has passed." } },
    ]);
    expect(await prints(`back works until ${String(deadline)}`)).toBe(true);
    expect(await prints("back stopped:")).toBe(true);
  });

  it("does not begin to work for a caller whose time is over already", async () => {
    lines.length = 0;
    const headers = { "x-fuseboard-deadline": String(Date.now() - 1) };
    const answer = await call("patient", { headers });
    expect([answer.status, await answer.json()]).toMatchObject([
      504,
      {
        error: {
          outcome: "timeout",
          message: "The deadline of the call had passed before it arrived.",
        },
      },
    ]);
    expect(answer.headers.get("x-fuseboard-attempts")).toBe("0");
    expect(printed()).toEqual([]);
  });

  it("runs a fallback function in a service of its own", async () => {
    const answer = await call("checkout", { body: '{"sku":"apple"}' });
    expect([answer.status, await answer.json()]).toEqual([200, { instead: { sku: "apple" } }]);
    expect(answer.headers.get("x-fuseboard-outcome")).toBe("fallback");
    expect(answer.headers.get("x-fuseboard-instance")).toBe("checkout-fallback-1");
  });
});
