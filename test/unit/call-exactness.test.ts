import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seededRandom } from "../../simulator/kernel/random.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import { brokenRules, totalsOf } from "../support/fact-rules.ts";
import { closedPort, startGateway, startServer } from "../support/gateway-harness.ts";
import { until } from "../support/until.ts";

let scope: Scope;
beforeEach(() => {
  scope = new Scope();
});
afterEach(() => scope.dispose());

/** What an instance does with a call, by the call's payload. */
const BEHAVIOURS = [
  "ok",
  "ok",
  "ok",
  "ok",
  "missing",
  "broken",
  "reset",
  "reset within",
  "stream",
  "stream and reset",
] as const;

/** An instance that does as it is told. */
const obedient = () =>
  startServer(scope, (request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const { does } = JSON.parse(text) as { does: (typeof BEHAVIOURS)[number] | "hang" };
      const { socket } = request;
      if (does === "ok") response.end('{"ok":true}');
      else if (does === "missing") response.writeHead(404).end("{}");
      else if (does === "broken") response.writeHead(500).end("{}");
      else if (does === "reset") socket.resetAndDestroy();
      else if (does === "reset within") {
        response.setHeader("content-length", 100);
        response.write("half", () => socket.resetAndDestroy());
      } else if (does === "stream" || does === "stream and reset") {
        response.write("part ");
        setImmediate(() => {
          if (does === "stream") response.end("end");
          else socket.resetAndDestroy();
        });
      }
    });
  });

describe("thousands of calls that end in every way", () => {
  it.each([1, 2])("have one outcome each, and the counters are exact (seed %i)", async (seed) => {
    const random = seededRandom(seed);
    const choose = <T>(of: readonly T[]): T => of[Math.floor(random.next() * of.length)] as T;
    const port = await obedient();
    const retry = {
      attempts: 3,
      backoff: "constant",
      initial: "1ms",
      nonIdempotent: true,
    } as const;
    const gateway = await startGateway(scope, {
      services: {
        plain: { ports: [port, port], timeout: "400ms" },
        guarded: {
          ports: [port, await closedPort(), port],
          timeout: "400ms",
          retry,
          breaker: { engine: "consecutive", threshold: 8, halfOpenAfter: "20ms" },
          bulkhead: { concurrent: 6, queue: 40 },
          balancer: { algorithm: "least-connections" },
        },
        rescued: {
          ports: [port, port],
          timeout: "400ms",
          retry,
          fallback: { service: "plain" },
          balancer: { algorithm: "power-of-two" },
        },
        limited: { ports: [port], timeout: "400ms", bulkhead: { concurrent: 1, queue: 1 } },
        valued: { ports: [], fallback: { value: 1 } },
      },
      callers: { cart: { kind: "instance", instance: "cart-1", service: "cart" } },
    });
    const total = 1500;
    let next = 0;
    const caller = async () => {
      while (next++ < total) {
        const service = choose(["plain", "guarded", "rescued", "limited", "valued"]);
        const signal =
          random.next() < 0.1 ? AbortSignal.timeout(Math.floor(random.next() * 30)) : undefined;
        const headers = random.next() < 0.5 ? { "x-fuseboard-token": "cart" } : {};
        const body = JSON.stringify({ does: random.next() < 0.03 ? "hang" : choose(BEHAVIOURS) });
        try {
          const answer = await gateway.send(service, {
            body,
            headers,
            ...(signal && { signal }),
          });
          await answer.body.text();
        } catch (error) {
          // Either the caller went away or a streamed body broke off: the facts must know.
          expect(error).toBeInstanceOf(Error);
        }
      }
    };
    await Promise.all(Array.from({ length: 40 }, caller));
    const settled = () =>
      gateway.factsOf("call-ended").length === gateway.factsOf("call-started").length &&
      gateway.inFlight() === 0;
    expect(await until(settled, { timeoutMs: 10_000 })).toBe(true);

    expect(brokenRules(gateway.facts)).toEqual([]);
    const { counters } = gateway.observation.snapshot();
    const totals = totalsOf(gateway.facts);
    expect(counters).toMatchObject(totals);
    expect(Object.keys(counters.instances)).toEqual(Object.keys(totals.instances));
    // All of it happened, or the test would show nothing.
    const outcomes = new Set(gateway.factsOf("call-ended").map(({ outcome }) => outcome));
    expect([...outcomes].sort()).toEqual([
      "canceled",
      "failure",
      "fallback",
      "rejected",
      "short-circuit",
      "success",
      "timeout",
      "unavailable",
    ]);
  });
});
