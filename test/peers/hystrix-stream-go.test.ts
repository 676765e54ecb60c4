import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { startGateway, startServer } from "../support/gateway-harness.ts";
import { startGoStream } from "../support/hystrix-stream-go.ts";
import { eventsOf, readStream } from "../support/read-stream.ts";
import { requireProgram } from "../support/programs.ts";
import { until } from "../support/until.ts";
import { watchStreams } from "../support/watched-streams.ts";

const go = requireProgram("go") ?? "";

let scope: Scope;
beforeEach(() => {
  scope = new Scope();
});
afterEach(() => scope.dispose());

async function eventually(condition: () => boolean): Promise<void> {
  expect(await until(condition, { timeoutMs: 15_000, everyMs: 20 })).toBe(true);
}

/** The gateway with a service that is configured as the Go program's command is. */
async function ours() {
  const port = await startServer(scope, (request, response) => {
    response.writeHead(request.headers["x-fail"] === undefined ? 200 : 500).end("{}");
  });
  return startGateway(scope, {
    services: {
      checkout: {
        ports: [port],
        timeout: "10s",
        breaker: {
          engine: "hystrix-go",
          timeout: 500,
          maxConcurrentRequests: 7,
          requestVolumeThreshold: 4,
          sleepWindow: 60_000,
          errorPercentThreshold: 60,
        },
      },
    },
  });
}

/** Without what depends on the moment; latencies keep their shape. */
function comparable(events: readonly Record<string, unknown>[]): unknown {
  return JSON.parse(
    JSON.stringify(events, (key, value: unknown) =>
      key === "currentTime" || (typeof value === "number" && /^latency.*_mean$|^[\d.]+$/.test(key))
        ? typeof value
        : value,
    ),
  );
}

describe.skipIf(go === "")("the stream of the real hystrix-go", () => {
  it("is like ours, byte for byte but for times", { timeout: 120_000 }, async () => {
    const real = await startGoStream(go, scope);
    const gateway = await ours();
    await real.run("checkout", { fail: 3, succeed: 2 });
    for (const fail of [false, false, true, true, true]) {
      await gateway.call("checkout", {}, fail ? { "x-fail": "1" } : {});
    }
    const [theirs, own] = await Promise.all(
      [real.url, `${gateway.url}/hystrix.stream`].map((url) =>
        readStream(url, '"type":"HystrixThreadPool"'),
      ),
    );
    expect(comparable(eventsOf(own?.text, "data:").slice(0, 2))).toEqual(
      comparable(eventsOf(theirs?.text, "data:").slice(0, 2)),
    );
    const shape = (text = "") => text.replaceAll(/\d+/g, "0");
    // Whole blocks: what stands before the JSON, the order of the fields, the blank line.
    expect(shape(own?.text)).toBe(shape(theirs?.text));
    for (const header of ["content-type", "cache-control"]) {
      expect(own?.headers.get(header)).toBe(theirs?.headers.get(header));
    }
  });

  it("is attached, also before its first command", { timeout: 120_000 }, async () => {
    const real = await startGoStream(go, scope);
    const { attach, seen } = watchStreams(scope);
    const state = await attach(real.url);
    expect(state).toMatchObject({ status: "connecting" });
    expect(state.problem).toContain("hystrix-go does not before the first command has run");
    // Opened by the stream itself: no call asks after the last.
    const errors = await real.run("checkout", { succeed: 2, fail: 3 });
    expect(errors).toEqual(["<nil>", "<nil>", "failed", "failed", "failed"]);
    await eventually(() => seen()?.commands.checkout?.isOpen === true);
    expect(seen()).toMatchObject({
      status: "connected",
      format: "hystrix-go",
      commands: {
        checkout: {
          requestCount: 5,
          errorCount: 3,
          errorPercentage: 60,
          rollingCounts: { Failure: 3, Success: 2 },
          hosts: 1,
          settings: {
            circuitBreakerRequestVolumeThreshold: 4,
            circuitBreakerSleepWindowInMilliseconds: 60_000,
            circuitBreakerErrorThresholdPercentage: 60,
          },
        },
      },
      pools: { checkout: { size: 7, executed: 5 } },
    });
    expect(seen()?.problem).toBeUndefined();
  });

  it("is found again when the program comes back", { timeout: 120_000 }, async () => {
    const first = await startGoStream(go, scope);
    await first.run("checkout", { succeed: 1 });
    const { attach, seen } = watchStreams(scope);
    await attach(first.url);
    await eventually(() => seen()?.commands.checkout !== undefined);
    await first.stop();
    await eventually(() => seen()?.status === "lost");
    const second = await startGoStream(go, scope, first.port);
    await second.run("payments", { succeed: 1 });
    await eventually(() => seen()?.commands.payments !== undefined);
    expect(seen()?.status).toBe("connected");
  });

  it("is where its program serves it, and not elsewhere", { timeout: 120_000 }, async () => {
    const real = await startGoStream(go, scope);
    const { attach } = watchStreams(scope);
    const page = new URL("/page", real.url).href;
    await expect(attach(page)).rejects.toThrow(
      `${page} answers text/html, not text/event-stream. hystrix-go serves it where your program puts hystrix.NewStreamHandler()`,
    );
    const nowhere = new URL("/metrics.stream", real.url).href;
    await expect(attach(nowhere)).rejects.toThrow(`${nowhere} answers 404 Not Found.`);
  });
});
