import { afterEach, describe, expect, test } from "vitest";
import { Injector } from "../../simulator/faults/injector.ts";
import { systemClock } from "../../simulator/kernel/clock.ts";
import { EventLog } from "../../simulator/kernel/event-log.ts";
import { systemRandom } from "../../simulator/kernel/random.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import { PROCESS_FAULTS, type FaultSpec } from "../../simulator/protocol/model.ts";
import type { ServiceFile } from "../../simulator/protocol/spec.ts";
import { parseLoopbackAddress } from "../../simulator/runtimes/external/loopback-address.ts";
import { startServer } from "../support/gateway-harness.ts";
import { FUNCTIONS, send, startProcess, testContext } from "../support/runtime-harness.ts";
import { supervise } from "../support/supervision.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

let scope = new Scope();
afterEach(async () => {
  await scope.dispose();
  scope = new Scope();
});

const context = async () => testContext(await tempFolder(scope, "runtimes"));
const at = (address: string | undefined): ServiceFile => ({
  synthetic: {},
  balancer: { servers: [{ external: true, ...(address !== undefined && { address }) }] },
});

describe("the runtime external", () => {
  test("tells where a program listens that runs already, and beats for it", async () => {
    const port = await startServer(scope, (_request, response) => response.end("mine"));
    const started = await startProcess(at(`localhost:${String(port)}`), await context(), scope, 20);
    expect([started.host, await started.port]).toEqual(["127.0.0.1", port]);
    expect(started.running.pid).toBeUndefined();
    expect(started.running).not.toHaveProperty("freeze");
    expect(await until(() => started.beats >= 3, { timeoutMs: 5000 })).toBe(true);
    expect(await started.get("/a")).toMatchObject({ status: 200, text: "mine" });
  });

  test.each(["stop", "kill", "the scope's end"] as const)(
    "leaves the program alone at %s, and beats no more",
    async (how) => {
      const port = await startServer(scope, (_request, response) => response.end("mine"));
      const own = scope.child();
      const started = await startProcess(at(`127.0.0.1:${String(port)}`), await context(), own, 5);
      await started.port;
      if (how === "stop") await started.running.stop(1000);
      else if (how === "kill") await started.running.kill();
      else await own.dispose();
      expect(await started.exited).toEqual({ code: null, signal: null });
      const { beats } = started;
      await started.running.stop(1000);
      expect(await started.get("/a")).toMatchObject({ status: 200, text: "mine" });
      expect(started.beats).toBe(beats);
    },
  );

  test.each([undefined, "10.0.0.1:80", "example.com", "unix:/run/app.sock", "127.0.0.1:99999"])(
    "says so when the address is none of this machine: %s",
    async (address) => {
      const found = address === undefined ? "no `address`" : `"${address}"`;
      await expect(startProcess(at(address), await context(), scope)).rejects.toMatchObject({
        name: "FuseboardError",
        code: "external-address",
        message: expect.stringContaining(found) as string,
      });
    },
  );

  test("stands beside synthetic instances, which have their own latency and errors", async () => {
    const port = await startServer(scope, (_request, response) => response.end("mine"));
    const service: ServiceFile = {
      synthetic: { latency: "0ms", body: { from: "synthetic" } },
      balancer: {
        servers: [
          { external: true, address: `127.0.0.1:${String(port)}` },
          { synthetic: { errorRate: "100%" } },
        ],
      },
    };
    const own = await context();
    const [external, failing, plain] = await Promise.all(
      [0, 1, 2].map((slot) => startProcess(service, own, scope, 100, slot)),
    );
    expect(await external?.port).toBe(port);
    expect((await failing?.post({}))?.status).toBe(500);
    expect(await plain?.post({})).toMatchObject({ status: 200, text: '{"from":"synthetic"}' });
  });
});

describe("a supervised service with a program of the user's", () => {
  async function start() {
    const port = await startServer(scope, (_request, response) => response.end("mine"));
    const address = `127.0.0.1:${String(port)}`;
    const of = await supervise(scope, FUNCTIONS);
    const { ok } = await of.define("shop", {
      synthetic: { latency: "0ms" },
      instances: 2,
      balancer: { servers: [{ external: true, address, weight: 3 }] },
    });
    expect(ok).toBe(true);
    return { of, port };
  }

  test("registers it like any other, without a process", async () => {
    const { of, port } = await start();
    const record = of.registry.find("shop-1");
    expect(record).toMatchObject({ host: "127.0.0.1", port, weight: 3, slot: 0 });
    expect(record?.pid).toBeUndefined();
    expect(of.registry.find("shop-2")?.pid).toBeTypeOf("number");
    const { instances } = of.state();
    expect(instances["shop-1"]).toMatchObject({ runtime: "external", phase: "running", port });
    expect(instances["shop-2"]).toMatchObject({ runtime: "synthetic", phase: "running" });
  });

  test("deregisters it when it is stopped, and lets it run", async () => {
    const { of, port } = await start();
    await of.supervisor.scale("shop", 0);
    expect(of.registry.records).toEqual([]);
    expect(of.supervisor.instancesOf("shop")).toEqual([]);
    expect((await send(port, "GET", "/", {}, undefined)).text).toBe("mine");
  });

  test("has faults on its wire only, and the others' processes still theirs", async () => {
    const { of } = await start();
    const log = new EventLog(systemClock);
    const injector = new Injector({
      log,
      clock: systemClock,
      random: systemRandom,
      platform: process.platform,
      scope,
      services: () => ["shop"],
      subjects: (target) => of.supervisor.meantBy(target),
    });
    for (const kind of injector.kinds.filter((id) => PROCESS_FAULTS.includes(id))) {
      const inject = () => injector.inject({ instance: "shop-1" }, { kind } as FaultSpec);
      expect(inject).toThrow(/"shop-1" is a program of yours/);
    }
    injector.inject({ instance: "shop-1" }, { kind: "refuse-connections" });
    expect(injector.refuses("shop-1", "shop")).toBe(true);
    injector.inject({ service: "shop" }, { kind: "kill" });
    const killed = () => of.state().instances["shop-2"]?.phase === "killed";
    expect(await until(killed, { timeoutMs: 5000 })).toBe(true);
    expect(of.state().instances["shop-1"]?.phase).toBe("running");
  });
});

test.each(["GET", "PUT", "DELETE", "POST"])("a synthetic instance answers %s", async (method) => {
  const service = { synthetic: { latency: "0ms" } };
  const started = await startProcess(service, await context(), scope);
  const answer = await started.ask(method, "/a/b?x=1", method === "PUT" ? "no JSON" : undefined);
  expect(answer).toMatchObject({ status: 200, text: '{"ok":true}' });
});

test.each([
  ["127.0.0.1:8081", "127.0.0.1", 8081],
  ["127.1.2.3:1", "127.1.2.3", 1],
  ["localhost", "127.0.0.1", 80],
  ["LocalHost:8081", "127.0.0.1", 8081],
  ["[::1]:80", "::1", 80],
  ["[0:0:0:0:0:0:0:1]", "::1", 80],
] as const)("the address %s", (text, host, port) => {
  expect(parseLoopbackAddress(text)).toEqual({ host, port });
});

test.each(["", ":80", "::1", "[::2]:80", "127.0.0.1:0", "127.0.0.1:", "192.168.0.1:80", "a b"])(
  "no address of this machine: %j",
  (text) => {
    expect(parseLoopbackAddress(text)).toBeUndefined();
  },
);
