import { connect } from "node:net";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { CAN_FREEZE } from "../../simulator/kernel/process-tree.ts";
import type { ServiceFile } from "../../simulator/protocol/spec.ts";
import { runtimes } from "../../simulator/runtimes/index.ts";
import { buildPrograms } from "../support/built-programs.ts";
import { isAlive } from "../support/processes.ts";
import { startProcess, testContext } from "../support/runtime-harness.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

/** For each runtime a service that answers at once, and one that takes about 300ms. */
const SERVICES: Record<string, { quick: ServiceFile; slow: ServiceFile }> = {
  node: { quick: { function: "plain.ts#echo" }, slow: { function: "plain.ts#slow" } },
  synthetic: {
    quick: { synthetic: { latency: "0ms" } },
    slow: { synthetic: { latency: "300ms" } },
  },
};

let scope = new Scope();
beforeAll(buildPrograms);
afterEach(async () => {
  await scope.dispose();
  scope = new Scope();
});

const context = async () => testContext(await tempFolder(scope, "runtimes"));

test("every runtime is tested here", () => {
  expect(["external", ...Object.keys(SERVICES)]).toEqual(runtimes.map(({ id }) => id));
});

describe.each(Object.entries(SERVICES))("the runtime %s", (_id, { quick, slow }) => {
  test("listens on a port of 127.0.0.1, says that it is healthy, and answers JSON", async () => {
    const started = await startProcess(quick, await context(), scope);
    expect(await started.get("/health")).toMatchObject({ status: 200, text: '{"status":"ok"}' });
    const answer = await started.post({ sku: "apple" });
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toBe("application/json");
    expect(JSON.parse(answer.text)).toBeTypeOf("object");
    expect(isAlive(started.pid)).toBe(true);
  });

  test("answers the health path that the service names", async () => {
    const spec = { ...quick, health: { http: "/ready" } };
    const started = await startProcess(spec, await context(), scope);
    expect(await started.get("/ready")).toMatchObject({ status: 200 });
    expect((await started.get("/health")).text).not.toContain('"status":"ok"');
  });

  test("beats while it lives", async () => {
    const started = await startProcess(quick, await context(), scope, 20);
    await started.port;
    expect(await until(() => started.beats >= 3, { timeoutMs: 5000 })).toBe(true);
  });

  test("finishes what is under way when it is stopped gracefully", async () => {
    const started = await startProcess(slow, await context(), scope);
    await started.port;
    const answer = started.post({ ms: 300 });
    // It is under way once the connection is there; the request was sent along with it.
    await started.get("/health");
    const stopped = started.running.stop(10_000);
    expect((await answer).status).toBe(200);
    await stopped;
    expect(await started.exited).toEqual({ code: 0, signal: null });
    expect(isAlive(started.pid)).toBe(false);
  });

  test("takes no new connections once it is told to stop", async () => {
    const started = await startProcess(slow, await context(), scope);
    const port = await started.port;
    const answer = started.post({ ms: 300 });
    await started.get("/health");
    const stopped = started.running.stop(10_000);
    const refused = await until(async () => !(await accepts(port)), { timeoutMs: 5000 });
    expect(refused).toBe(true);
    expect((await answer).status).toBe(200);
    await stopped;
  });

  test("is killed when the grace is over", async () => {
    const long = slow.synthetic ? { synthetic: { latency: "1h" } } : slow;
    const started = await startProcess(long, await context(), scope);
    await started.port;
    const answer = started.post({ ms: 3_600_000 }).catch((error: unknown) => error);
    await started.get("/health");
    await started.running.stop(100);
    expect(await started.exited).toEqual({ code: null, signal: "SIGKILL" });
    expect(await answer).toBeInstanceOf(Error);
  });

  test("is gone at once when it is killed", async () => {
    const started = await startProcess(slow, await context(), scope);
    await started.port;
    const answer = started.post({ ms: 60_000 }).catch((error: unknown) => error);
    await started.get("/health");
    await started.running.kill();
    expect(await started.exited).toEqual({ code: null, signal: "SIGKILL" });
    expect(await answer).toBeInstanceOf(Error);
    expect(isAlive(started.pid)).toBe(false);
  });

  test("is killed when its scope ends", async () => {
    const own = new Scope();
    const started = await startProcess(quick, await context(), own);
    await started.port;
    await own.dispose();
    expect(isAlive(started.pid)).toBe(false);
  });

  test.runIf(CAN_FREEZE)("is silent while it is frozen, and goes on when thawed", async () => {
    const started = await startProcess(quick, await context(), scope, 20);
    await started.port;
    started.running.freeze?.();
    expect(
      await until(async () => !(await beatsAgain(started, started.beats)), { timeoutMs: 5000 }),
    ).toBe(true);
    const answer = started.post({ a: 1 });
    started.running.thaw?.();
    expect((await answer).status).toBe(200);
    expect(await beatsAgain(started, started.beats)).toBe(true);
  });

  test.runIf(CAN_FREEZE)("can be killed while it is frozen", async () => {
    const started = await startProcess(quick, await context(), scope);
    await started.port;
    started.running.freeze?.();
    await started.running.kill();
    expect(isAlive(started.pid)).toBe(false);
  });

  test("says so when its program is not there", async () => {
    const lost = { ...(await context()), node: "/no/such/node" };
    await expect(startProcess(quick, lost, scope)).rejects.toMatchObject({
      name: "FuseboardError",
      code: "process-not-started",
      message: expect.stringContaining("/no/such/node") as string,
    });
  });
});

function beatsAgain(started: { beats: number }, before: number): Promise<boolean> {
  return until(() => started.beats > before, { timeoutMs: 300, everyMs: 10 });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => {
      resolve(false);
    });
  });
}
