import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Cluster } from "../../simulator/cluster.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import type { Fact } from "../../simulator/protocol/events.ts";
import { ClusterSpec, type ServiceFile } from "../../simulator/protocol/spec.ts";
import { buildPrograms } from "../support/built-programs.ts";
import { InspectorClient } from "../support/inspector-client.ts";
import { FUNCTIONS } from "../support/runtime-harness.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

let scope: Scope;
beforeAll(buildPrograms);
beforeEach(() => {
  scope = new Scope();
});
afterEach(() => scope.dispose());

const INSPECTOR = /Debugger listening on (ws:\S+)/;

/** A running cluster of one instance whose inspector is open. */
async function start(service: ServiceFile, leaseTtl = "2s") {
  const facts: Fact[] = [];
  const cluster = new Cluster({
    spec: ClusterSpec.parse({
      version: 1,
      registry: { leaseTtl },
      services: { shop: { ...service, instances: 1 } },
    }),
    root: FUNCTIONS,
    name: "debugged",
    node: process.execPath,
    nodeEnv: { NODE_OPTIONS: "--inspect=127.0.0.1:0" },
    cacheDir: await tempFolder(scope, "cache"),
  });
  cluster.log.subscribe((fact) => facts.push(structuredClone(fact)));
  await cluster.start(scope);
  const url = INSPECTOR.exec(
    cluster
      .linesOf("shop-1")
      .map(({ line }) => line)
      .join("\n"),
  )?.[1];
  if (url === undefined) throw new Error("The instance does not say where its inspector is.");
  const inspector = await InspectorClient.attach(url, scope);
  const state = () => {
    const { instances, services } = cluster.observation.snapshot();
    return { instance: instances["shop-1"], service: services.shop };
  };
  const eventually = async (condition: () => boolean) =>
    expect(await until(condition, { timeoutMs: 15_000, everyMs: 10 })).toBe(true);
  return { cluster, facts, inspector, state, eventually };
}

const count = (facts: readonly Fact[], kind: Fact["kind"]) =>
  facts.filter((fact) => fact.kind === kind).length;

describe("an instance that a debugger holds", () => {
  test("keeps its lease, its health and its breaker, and the state says so", async () => {
    const { cluster, facts, inspector, state, eventually } = await start({
      function: "plain.ts#describe",
      timeout: "100ms",
      health: { http: "/health", interval: "50ms", timeout: "100ms", rise: 1, fall: 6 },
      breaker: { engine: "consecutive", threshold: 2 },
    });
    await cluster.invoke("shop", {});
    expect(state().instance?.debugged ?? false).toBe(false);
    await inspector.pause();
    await eventually(() => state().instance?.debugged === true);

    const checksBefore = count(facts, "health-checked");
    const renewalsBefore = count(facts, "lease-renewed");
    for (let i = 0; i < 4; i++) {
      expect(await cluster.invoke("shop", {})).toMatchObject({ status: 504, outcome: "timeout" });
    }
    // Longer than rise and fall, and than the lease, would have borne it.
    await eventually(() => count(facts, "health-checked") >= checksBefore + 8);
    await eventually(() => count(facts, "lease-renewed") >= renewalsBefore + 4);
    expect(state()).toMatchObject({
      instance: { registered: true, health: "passing", debugged: true },
      service: { breaker: { status: "closed" } },
    });
    expect(state().instance?.checks.at(-1)).toMatchObject({
      ok: false,
      output: "timeout after 100ms (a debugger holds it; not counted)",
    });
    expect(count(facts, "lease-ended")).toBe(0);

    await inspector.resume();
    await eventually(() => state().instance?.debugged === false);
    await eventually(() => state().instance?.checks.at(-1)?.ok === true);
    expect(await cluster.invoke("shop", {})).toMatchObject({ status: 200 });
    const lines = cluster.linesOf("shop-1").map(({ line }) => line);
    // Only the user's debugger is told of in the instance's log, not who looked after it.
    expect(lines.filter((line) => line.includes("Debugger attached"))).toHaveLength(1);
  });

  test("is told from one that is only busy, whose failures count", async () => {
    const { cluster, facts, state, eventually } = await start({
      function: "plain.ts#hangs",
      timeout: "100ms",
      health: { http: "/health", interval: "50ms", timeout: "100ms", rise: 1, fall: 2 },
    });
    expect(await cluster.invoke("shop", {})).toMatchObject({ outcome: "timeout" });
    await eventually(() => state().instance?.health === "failing");
    await eventually(() => count(facts, "lease-ended") === 1);
    expect(count(facts, "instance-debugged")).toBe(0);
  });

  test("is let go when it is killed meanwhile", async () => {
    const { cluster, inspector, state, eventually } = await start({
      function: "plain.ts#describe",
    });
    await inspector.pause();
    await eventually(() => state().instance?.debugged === true);
    cluster.injector.inject({ instance: "shop-1" }, { kind: "kill" });
    await eventually(() => state().instance?.phase === "killed");
    expect(state().instance?.debugged).toBe(false);
  });
});
