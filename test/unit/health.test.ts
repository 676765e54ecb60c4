import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { HealthChecker, type HealthSurroundings } from "../../simulator/health/health-checker.ts";
import { healthKinds } from "../../simulator/health/index.ts";
import type { HealthTimes } from "../../simulator/health/contract.ts";
import { RiseAndFall } from "../../simulator/health/rise-and-fall.ts";
import { systemClock } from "../../simulator/kernel/clock.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import type { HealthCheck, HealthStatus } from "../../simulator/protocol/model.ts";
import { until } from "../support/until.ts";

const times = { interval: 5, timeout: 5000, rise: 2, fall: 3 };

describe("rise and fall", () => {
  const statusesAfter = (results: string) => {
    const state = new RiseAndFall(times);
    return results.split("").map((result) => {
      state.add(result === "+");
      return state.status;
    });
  };

  test("the first result counts at once", () => {
    expect(statusesAfter("+")).toEqual(["passing"]);
    expect(statusesAfter("-")).toEqual(["failing"]);
  });

  test("it takes `fall` failures in a row to fail", () => {
    expect(statusesAfter("+--+--")).toEqual(Array(6).fill("passing"));
    expect(statusesAfter("+---").at(-1)).toBe("failing");
  });

  test("it takes `rise` passes in a row to pass again", () => {
    expect(statusesAfter("-+-+")).toEqual(Array(4).fill("failing"));
    expect(statusesAfter("-++").at(-1)).toBe("passing");
  });

  test("says when the status changed, and only then", () => {
    const state = new RiseAndFall(times);
    expect("++---+-++".split("").map((result) => state.add(result === "+"))).toEqual([
      true,
      false,
      false,
      false,
      true,
      false,
      false,
      false,
      true,
    ]);
  });
});

describe("the health checker", () => {
  let scope = new Scope();
  afterEach(async () => {
    await scope.dispose();
    scope = new Scope();
  });

  async function listen(server: Server): Promise<number> {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    scope.add(() => {
      server.closeAllConnections();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  }

  function watch(
    port: number,
    change: Partial<HealthTimes> & { kind?: "tcp" } = {},
    around?: HealthSurroundings<object>,
  ) {
    const checks: HealthCheck[] = [];
    const statuses: HealthStatus[] = [];
    const { kind: asked = "http" } = change;
    const kind = healthKinds.find(({ id }) => id === asked);
    if (!kind) throw new Error(`There is no check by ${asked}.`);
    const suspect = new HealthChecker(systemClock, kind, around).watch(
      { instance: "shop-1", service: "shop", host: "127.0.0.1", port },
      { ...times, ...change, kind: asked, http: "/health" },
      {
        checked: (check) => checks.push(check),
        changed: (status) => statuses.push(status),
      },
      scope,
    );
    return { checks, statuses, suspect };
  }

  const wait = (condition: () => boolean) => until(condition, { timeoutMs: 10_000, everyMs: 5 });

  test("asks for the path and passes on any 2xx", async () => {
    const asked: string[] = [];
    const port = await listen(
      createServer((request, response) => {
        asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
        response.writeHead(204).end();
      }),
    );
    const { checks, statuses } = watch(port);
    expect(await wait(() => checks.length >= 3)).toBe(true);
    expect(asked[0]).toBe("GET /health");
    expect(checks[0]).toMatchObject({ ok: true, output: "204 No Content" });
    expect(statuses).toEqual(["passing"]);
  });

  test("follows a server that falls ill and recovers", async () => {
    let status = 200;
    const port = await listen(
      createServer((_request, response) => {
        response.writeHead(status).end();
      }),
    );
    const { checks, statuses } = watch(port);
    expect(await wait(() => statuses.length === 1)).toBe(true);
    status = 503;
    expect(await wait(() => statuses.length === 2)).toBe(true);
    status = 200;
    expect(await wait(() => statuses.length === 3)).toBe(true);
    expect(statuses).toEqual(["passing", "failing", "passing"]);
    expect(checks.map(({ output }) => output)).toContain("503 Service Unavailable");
  });

  test("names a connection that was refused", async () => {
    const { checks, statuses } = watch(9);
    expect(await wait(() => checks.length > 0)).toBe(true);
    expect(checks[0]).toMatchObject({ ok: false, output: "connect ECONNREFUSED 127.0.0.1:9" });
    expect(statuses).toEqual(["failing"]);
  });

  test("takes a timeout of a fraction of a millisecond, as a cluster file may", async () => {
    const port = await listen(createServer(() => undefined));
    const { checks } = watch(port, { timeout: 1.5 });
    expect(await wait(() => checks.length > 0)).toBe(true);
    expect(checks[0]).toMatchObject({ ok: false, output: "timeout after 1.5ms" });
  });

  test("gives up after the timeout, and never checks twice at a time", async () => {
    let atATime = 0;
    let most = 0;
    const port = await listen(
      createServer((_request, response) => {
        atATime++;
        most = Math.max(most, atATime);
        response.on("close", () => atATime--);
      }),
    );
    const { checks } = watch(port, { timeout: 20, interval: 1 });
    expect(await wait(() => checks.length >= 3)).toBe(true);
    expect(checks[0]).toMatchObject({ ok: false, output: "timeout after 20ms" });
    expect(most).toBe(1);
  });

  test("goes the way that calls go: what delays or breaks them hits checks too", async () => {
    const port = await listen(createServer((_request, response) => response.end()));
    const refused = watch(
      port,
      {},
      { before: () => Promise.reject(new Error("connect ECONNREFUSED")) },
    );
    expect(await wait(() => refused.checks.length > 0)).toBe(true);
    expect(refused.checks[0]).toMatchObject({ ok: false, output: "connect ECONNREFUSED" });

    const delayed = watch(
      port,
      { timeout: 20 },
      {
        before: (_target, _options, signal) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => {
              reject(signal.reason as Error);
            });
          }),
      },
    );
    expect(await wait(() => delayed.checks.length > 0)).toBe(true);
    expect(delayed.checks[0]).toMatchObject({ ok: false, output: "timeout after 20ms" });
  });

  test("spares a target that a debugger holds: its failed checks are told and do not count", async () => {
    let status = 200;
    let held = false;
    const port = await listen(
      createServer((_request, response) => {
        response.writeHead(status).end();
      }),
    );
    const { checks, statuses } = watch(port, {}, { isDebugged: () => held });
    expect(await wait(() => statuses.length === 1)).toBe(true);
    [status, held] = [503, true];
    const spared = () => checks.filter(({ output }) => output.includes("a debugger holds it"));
    expect(await wait(() => spared().length > times.fall)).toBe(true);
    expect(spared()[0]).toMatchObject({
      ok: false,
      output: "503 Service Unavailable (a debugger holds it; not counted)",
    });
    expect(statuses).toEqual(["passing"]);
    held = false;
    expect(await wait(() => statuses.length === 2)).toBe(true);
    expect(statuses).toEqual(["passing", "failing"]);
  });

  test("says nothing after its scope has ended", async () => {
    let answer: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      void listen(
        createServer((_request, response) => {
          answer = () => response.end();
          resolve();
        }),
      ).then((port) => {
        told = watch(port);
      });
    });
    let told = { checks: [] as HealthCheck[], statuses: [] as HealthStatus[] };
    await asked;
    await scope.dispose();
    answer();
    expect(told.checks).toEqual([]);
  });

  test("comes soon after the one under way when calls fail, however well that goes", async () => {
    const held: (() => void)[] = [];
    const port = await listen(
      createServer((_request, response) => {
        held.push(() => response.end());
      }),
    );
    const { checks, suspect } = watch(port, { interval: 60_000, fastInterval: 5, timeout: 9000 });
    for (const passed of [0, 1]) {
      expect(await wait(() => held.length === passed + 1)).toBe(true);
      suspect("fastinter");
      held[passed]?.();
      expect(await wait(() => checks.length === passed + 1)).toBe(true);
    }
    expect(await wait(() => held.length === 3)).toBe(true);
  });

  test("comes after downInterval when calls have marked the server down", async () => {
    const port = await listen(createServer((_request, response) => response.end()));
    const slow = { interval: 60_000, fastInterval: 60_000, downInterval: 5 };
    const { checks, statuses, suspect } = watch(port, slow);
    expect(await wait(() => checks.length === 1)).toBe(true);
    suspect("mark-down");
    expect(statuses).toEqual(["passing", "failing"]);
    expect(await wait(() => checks.length === 2)).toBe(true);
  });

  test("by tcp passes on a mere connection, and fails without one", async () => {
    const port = await listen(createServer((_request, response) => response.writeHead(503).end()));
    const open = watch(port, { kind: "tcp" });
    expect(await wait(() => open.checks.length >= 3)).toBe(true);
    expect(open.checks[0]).toMatchObject({ ok: true, output: "connected" });
    expect(open.statuses).toEqual(["passing"]);
    const refused = watch(9, { kind: "tcp" });
    expect(await wait(() => refused.checks.length > 0)).toBe(true);
    expect(refused.checks[0]).toMatchObject({
      ok: false,
      output: "connect ECONNREFUSED 127.0.0.1:9",
    });
  });
});
