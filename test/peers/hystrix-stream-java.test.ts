import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { startGateway, startServer } from "../support/gateway-harness.ts";
import { startJavaStream } from "../support/hystrix-stream-java.ts";
import { requireProgram } from "../support/programs.ts";
import { eventsOf, readStream } from "../support/read-stream.ts";
import { until } from "../support/until.ts";
import { watchStreams } from "../support/watched-streams.ts";

const javac = requireProgram("javac") ?? "";
const java = requireProgram("java") ?? "";

let scope: Scope;
beforeEach(() => {
  scope = new Scope();
});
afterEach(() => scope.dispose());

/** What does not depend on the moment; the order of the fields stays. */
const comparable = (event: object = {}) =>
  Object.entries(event).map(([key, value]: [string, unknown]) => {
    if (key === "currentTime" || /^latency.*_mean$/.test(key)) return [key, typeof value];
    return key.startsWith("latency") ? [key, Object.keys(value as object)] : [key, value];
  });

describe.skipIf(javac === "" || java === "")("the stream of the real Netflix Hystrix", () => {
  it("is like ours field by field, and is attached", { timeout: 180_000 }, async () => {
    const real = await startJavaStream({ javac, java }, scope);
    const port = await startServer(scope, (request, response) => {
      response.writeHead(request.headers["x-fail"] === undefined ? 200 : 500).end("{}");
    });
    const gateway = await startGateway(scope, {
      services: {
        checkout: {
          ports: [port],
          timeout: "20s",
          fallback: { value: {} },
          breaker: {
            engine: "hystrix",
            executionTimeoutInMilliseconds: 5000,
            circuitBreakerSleepWindowInMilliseconds: 7000,
            circuitBreakerRequestVolumeThreshold: 6,
          },
        },
      },
    });
    for (const fail of [false, false, false, true]) {
      await gateway.call("checkout", {}, fail ? { "x-fail": "1" } : {});
    }
    // The third time all is in buckets that are over, and still in the window.
    const [own, theirs] = await Promise.all([
      readStream(`${gateway.url}/hystrix.stream`, '"type":"HystrixThreadPool"', 3),
      readStream(real, '"type":"HystrixThreadPool"', 3),
    ]);
    expect(own.headers.get("content-type")).toBe(theirs.headers.get("content-type"));
    const shape = (text: string) =>
      text.slice(0, text.indexOf("ping:") + 8).replaceAll(/\d+/g, "0");
    // As text: the order of the fields and what stands between them.
    expect(shape(own.text)).toBe(shape(theirs.text));
    for (const type of ["HystrixCommand", "HystrixThreadPool"]) {
      const [ours, expected] = [own, theirs].map(({ text }) =>
        eventsOf(text, "data: ").findLast((event) => event.type === type),
      );
      expect(comparable(ours)).toEqual(comparable(expected));
    }
    const { attach, seen } = watchStreams(scope);
    await attach(real);
    const isSeen = () => seen()?.pools.checkout !== undefined;
    expect(await until(isSeen, { timeoutMs: 10_000 })).toBe(true);
    expect(seen()).toMatchObject({
      format: "hystrix",
      commands: {
        checkout: {
          threadPool: "checkout",
          rollingCounts: { Success: 3, Failure: 1, FallbackSuccess: 1 },
          settings: { circuitBreakerSleepWindowInMilliseconds: 7000 },
        },
      },
      pools: { checkout: { size: 4, maximum: 10, queued: 0 } },
    });
    expect(seen()?.problem).toBeUndefined();
  });
});
