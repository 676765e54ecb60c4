import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { ATTEMPT_HEADERS } from "../../simulator/protocol/headers.ts";
import {
  closedPort,
  startGateway,
  startServer,
  startSocketServer,
} from "../support/gateway-harness.ts";
import { until } from "../support/until.ts";

let scope: Scope;
beforeEach(() => {
  scope = new Scope();
});
afterEach(() => scope.dispose());

/** Waits for what no event tells of. */
async function eventually(condition: () => boolean): Promise<void> {
  expect(await until(condition, { timeoutMs: 10_000, everyMs: 5 })).toBe(true);
}

/** An instance that answers with a status and JSON. */
const answering = (status: number, body: unknown = { ok: true }) =>
  startServer(scope, (request, response) => {
    request.resume().on("end", () => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    });
  });

describe("the outcome of a call", () => {
  it("is success when the instance answers below 500, and says who answered", async () => {
    const port = await answering(200, { total: 3 });
    const gateway = await startGateway(scope, { services: { cart: { ports: [port] } } });
    const { status, headers, body } = await gateway.call("cart", { sku: "apple" });
    expect({ status, body }).toEqual({ status: 200, body: { total: 3 } });
    const [started] = gateway.factsOf("call-started");
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "x-fuseboard-call": started?.call,
      "x-fuseboard-instance": "cart-1",
      "x-fuseboard-attempts": "1",
      "x-fuseboard-outcome": "success",
    });
    expect(gateway.factsOf("call-ended")).toMatchObject([
      { call: started?.call, outcome: "success", status: 200 },
    ]);
    expect(gateway.inFlight()).toBe(0);
  });

  it("is success for 4xx: the caller's mistake is no failure of the service", async () => {
    const port = await answering(404, { error: "no such sku" });
    const gateway = await startGateway(scope, {
      services: { cart: { ports: [port], breaker: { engine: "consecutive", threshold: 1 } } },
    });
    for (let i = 0; i < 3; i++) {
      const { status, headers } = await gateway.call("cart");
      expect([status, headers["x-fuseboard-outcome"]]).toEqual([404, "success"]);
    }
    expect(gateway.service("cart").circuit.state.status).toBe("closed");
  });

  it("is failure for 5xx, and the instance's answer reaches the caller", async () => {
    const port = await answering(503, { error: "sold out" });
    const gateway = await startGateway(scope, { services: { cart: { ports: [port] } } });
    const { status, headers, body } = await gateway.call("cart");
    expect({ status, body }).toEqual({ status: 503, body: { error: "sold out" } });
    expect(headers["x-fuseboard-outcome"]).toBe("failure");
    expect(gateway.factsOf("call-ended")).toMatchObject([
      { outcome: "failure", status: 503, error: "cart-1 answered 503." },
    ]);
    expect(gateway.inFlight()).toBe(0);
  });

  it("is unavailable when the connection is refused; it was not sent", async () => {
    const port = await closedPort();
    const gateway = await startGateway(scope, { services: { cart: { ports: [port] } } });
    const { status, body } = await gateway.call("cart");
    expect(status).toBe(502);
    expect(body).toMatchObject({
      error: { outcome: "unavailable", message: "cart-1 refused the connection.", service: "cart" },
    });
    expect(gateway.inFlight()).toBe(0);
  });

  it("is unavailable when nobody is eligible", async () => {
    const gateway = await startGateway(scope, { services: { cart: { ports: [] } } });
    const { status, headers, body } = await gateway.call("cart");
    expect([status, headers["x-fuseboard-instance"]]).toEqual([502, undefined]);
    expect(body).toMatchObject({ error: { message: 'No instance of "cart" is eligible.' } });
  });

  it.each([
    ["before the head", ""],
    ["within a small body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"],
  ])("is unavailable when the connection breaks off %s", async (_, bytes) => {
    const port = await startSocketServer(scope, (socket) => {
      socket.once("data", () => socket.write(bytes, () => socket.resetAndDestroy()));
    });
    const gateway = await startGateway(scope, { services: { cart: { ports: [port] } } });
    const { status, body } = await gateway.call("cart");
    expect(status).toBe(502);
    expect(body).toMatchObject({ error: { outcome: "unavailable" } });
    expect(gateway.inFlight()).toBe(0);
  });

  it("is unavailable when what comes back is no HTTP", async () => {
    const port = await startSocketServer(scope, (socket) => {
      socket.once("data", () => socket.end("SSH-2.0-OpenSSH_9.2\r\n"));
    });
    const gateway = await startGateway(scope, { services: { cart: { ports: [port] } } });
    const { status, body } = await gateway.call("cart");
    expect(status).toBe(502);
    expect(body).toMatchObject({
      error: { message: expect.stringContaining("The connection to cart-1 failed") as string },
    });
  });

  it("is unavailable when a streamed body breaks off, and the caller sees that", async () => {
    const port = await startSocketServer(scope, (socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", () =>
          socket.resetAndDestroy(),
        );
      });
    });
    const gateway = await startGateway(scope, { services: { cart: { ports: [port] } } });
    const answer = await gateway.send("cart", { body: "{}" });
    expect(answer.statusCode).toBe(200);
    await expect(answer.body.text()).rejects.toThrow();
    await gateway.ended(1);
    expect(gateway.factsOf("call-ended")).toMatchObject([
      { outcome: "unavailable", error: "The body broke off." },
    ]);
    await eventually(() => gateway.inFlight() === 0);
  });

  it("is timeout when the answer is late, and the instance is told that nobody waits", async () => {
    const closed = Promise.withResolvers<undefined>();
    const port = await startServer(scope, (_request, response) => {
      response.on("close", () => closed.resolve(undefined));
    });
    const gateway = await startGateway(scope, {
      services: { cart: { ports: [port], timeout: "50ms" } },
    });
    const { status, headers, body } = await gateway.call("cart");
    expect([status, headers["x-fuseboard-outcome"]]).toEqual([504, "timeout"]);
    expect(body).toMatchObject({
      error: { message: "No answer within 50ms.", instance: "cart-1" },
    });
    await closed.promise;
    expect(gateway.inFlight()).toBe(0);
  });

  it("is canceled when the caller goes away, and the instance hears of it", async () => {
    const closed = Promise.withResolvers<undefined>();
    const arrived = Promise.withResolvers<undefined>();
    const port = await startServer(scope, (_request, response) => {
      arrived.resolve(undefined);
      response.on("close", () => closed.resolve(undefined));
    });
    const gateway = await startGateway(scope, {
      services: {
        cart: {
          ports: [port],
          timeout: "20s",
          breaker: { engine: "consecutive", threshold: 1 },
          fallback: { value: "never" },
        },
      },
    });
    const controller = new AbortController();
    const sent = gateway.send("cart", { body: "{}", signal: controller.signal });
    await arrived.promise;
    controller.abort(new Error("enough"));
    await expect(sent).rejects.toThrow("enough");
    await closed.promise;
    await gateway.ended(1);
    expect(gateway.factsOf("attempt-ended")).toMatchObject([{ outcome: "canceled" }]);
    expect(gateway.factsOf("call-ended")).toMatchObject([
      { outcome: "canceled", status: 499, error: "The caller went away." },
    ]);
    expect(gateway.factsOf("fallback-used")).toEqual([]);
    // The service did nothing wrong.
    expect(gateway.service("cart").circuit.state.status).toBe("closed");
    await eventually(() => gateway.inFlight() === 0);
  });

  it("is canceled at once when the caller goes away during the pause before a retry", async () => {
    const port = await closedPort();
    const gateway = await startGateway(scope, {
      services: {
        cart: {
          ports: [port],
          retry: { attempts: 3, backoff: "constant", initial: "10m" },
        },
      },
    });
    const controller = new AbortController();
    const sent = gateway.send("cart", { body: "{}", signal: controller.signal });
    await eventually(() => gateway.factsOf("retry-scheduled").length === 1);
    controller.abort(new Error("enough"));
    await expect(sent).rejects.toThrow("enough");
    await gateway.ended(1);
    expect(gateway.factsOf("call-ended")).toMatchObject([{ outcome: "canceled" }]);
    expect(gateway.factsOf("attempt-started")).toHaveLength(1);
  });

  it("is canceled when the caller leaves while a body streams", async () => {
    const closed = Promise.withResolvers<undefined>();
    const port = await startServer(scope, (_request, response) => {
      response.write("first");
      response.on("close", () => closed.resolve(undefined));
    });
    const gateway = await startGateway(scope, { services: { cart: { ports: [port] } } });
    const { body } = await gateway.send("cart", { body: "{}" });
    await once(body, "data");
    body.on("error", () => undefined).destroy();
    await closed.promise;
    await gateway.ended(1);
    expect(gateway.factsOf("call-ended")).toMatchObject([{ outcome: "canceled" }]);
    await eventually(() => gateway.inFlight() === 0);
  });

  it("is fallback when a value answers", async () => {
    const port = await answering(500);
    const gateway = await startGateway(scope, {
      services: { cart: { ports: [port], fallback: { value: { status: "queued" } } } },
    });
    const { status, headers, body } = await gateway.call("cart");
    expect({ status, body }).toEqual({ status: 200, body: { status: "queued" } });
    expect(headers["x-fuseboard-outcome"]).toBe("fallback");
    expect(gateway.factsOf("fallback-used")).toMatchObject([
      { fallback: "value", because: "failure" },
    ]);
    expect(gateway.factsOf("call-ended")).toMatchObject([{ outcome: "fallback", status: 200 }]);
  });

  it("is fallback when another service answers: a call of its own, with the same payload", async () => {
    const [broken, standby] = [
      await closedPort(),
      await startServer(scope, (request, response) => {
        request.pipe(response.writeHead(200, { "content-type": "application/json" }));
      }),
    ];
    const gateway = await startGateway(scope, {
      services: {
        cart: { ports: [broken], fallback: { service: "spare" } },
        spare: { ports: [standby] },
      },
    });
    const { status, headers, body } = await gateway.call("cart", { sku: "apple" });
    expect({ status, body }).toEqual({ status: 200, body: { sku: "apple" } });
    expect(headers["x-fuseboard-outcome"]).toBe("fallback");
    expect(headers["x-fuseboard-instance"]).toBe("spare-1");
    const [first, second] = gateway.factsOf("call-started");
    expect(second).toMatchObject({
      service: "spare",
      parent: first?.call,
      traceId: first?.traceId,
    });
    expect(
      gateway
        .factsOf("call-ended")
        .map(({ outcome }) => outcome)
        .sort(),
    ).toEqual(["fallback", "success"]);
    await eventually(() => gateway.inFlight() === 0);
  });

  it("is the fallback service's when that fails too", async () => {
    const gateway = await startGateway(scope, {
      services: {
        cart: { ports: [await closedPort()], fallback: { service: "spare" } },
        spare: { ports: [await answering(500, { error: "spare" })] },
      },
    });
    const { status, body } = await gateway.call("cart");
    expect({ status, body }).toEqual({ status: 500, body: { error: "spare" } });
    expect(gateway.factsOf("call-ended")).toMatchObject([
      { outcome: "failure" },
      { outcome: "failure", error: 'The fallback service "spare" ended with failure.' },
    ]);
  });
});

describe("retries through the gateway", () => {
  const retry = { attempts: 3, backoff: "constant", initial: "1ms" } as const;

  it("go to another instance, and the answer counts the attempts", async () => {
    const ports = [await closedPort(), await answering(200)];
    const gateway = await startGateway(scope, { services: { cart: { ports, retry } } });
    const { status, headers } = await gateway.call("cart");
    expect(status).toBe(200);
    expect(headers["x-fuseboard-attempts"]).toBe("2");
    expect(gateway.factsOf("attempt-started").map(({ instance }) => instance)).toEqual([
      "cart-1",
      "cart-2",
    ]);
    expect(gateway.factsOf("retry-scheduled")).toMatchObject([{ number: 1, backoffMs: 1 }]);
    const second = gateway.factsOf("attempt-started")[1]?.decision;
    expect(second?.candidates[0]).toMatchObject({ instance: "cart-1", excluded: "tried" });
  });

  it("are not made once the call was sent, unless the caller gives an Idempotency-Key", async () => {
    const seen: unknown[] = [];
    const port = await startServer(scope, (request, response) => {
      const { [ATTEMPT_HEADERS.call]: call, [ATTEMPT_HEADERS.attempt]: attempt } = request.headers;
      seen.push([call, attempt]);
      request.resume().on("end", () => response.writeHead(500).end("no"));
    });
    const gateway = await startGateway(scope, { services: { cart: { ports: [port], retry } } });
    const plain = await gateway.call("cart");
    expect([plain.status, plain.headers["x-fuseboard-attempts"]]).toEqual([500, "1"]);
    const keyed = await gateway.call("cart", {}, { "idempotency-key": "1" });
    expect([keyed.status, keyed.headers["x-fuseboard-attempts"]]).toEqual([500, "3"]);
    const [first, second] = gateway.factsOf("call-started").map(({ call }) => call);
    expect(seen).toEqual([
      [first, "1"],
      [second, "1"],
      [second, "2"],
      [second, "3"],
    ]);
    expect(gateway.inFlight()).toBe(0);
  });
});

describe("faults on the wire", () => {
  it("are named in the attempts that they touched", async () => {
    const gateway = await startGateway(scope, {
      services: { cart: { ports: [await answering(200)], timeout: "5s" } },
    });
    const target = { instance: "cart-1" };
    const inject = async (fault: Parameters<typeof gateway.injector.inject>[1]) => {
      await gateway.injector.clear();
      gateway.injector.inject(target, fault);
      const { status, headers } = await gateway.call("cart");
      return [
        status,
        headers["x-fuseboard-outcome"],
        gateway.factsOf("attempt-ended").at(-1)?.faults,
      ];
    };
    expect(await inject({ kind: "refuse-connections" })).toEqual([
      502,
      "unavailable",
      ["refuse-connections"],
    ]);
    expect(await inject({ kind: "status", status: 418 })).toEqual([418, "success", ["status"]]);
    expect(await inject({ kind: "status", status: 503 })).toEqual([503, "failure", ["status"]]);
    expect(await inject({ kind: "latency", latency: { kind: "constant", ms: 20 } })).toEqual([
      200,
      "success",
      ["latency"],
    ]);
    const last = gateway.observation.traces.find({ limit: 1 })[0];
    expect((last?.endedAt ?? 0) - (last?.startedAt ?? 0)).toBeGreaterThanOrEqual(19);
    expect(gateway.inFlight()).toBe(0);
  });

  it("let a held answer time out like a slow instance", async () => {
    const gateway = await startGateway(scope, {
      services: { cart: { ports: [await answering(200)], timeout: "30ms" } },
    });
    gateway.injector.inject(
      { instance: "cart-1" },
      { kind: "latency", latency: { kind: "constant", ms: 60_000 } },
    );
    expect((await gateway.call("cart")).status).toBe(504);
    expect(gateway.factsOf("attempt-ended")).toMatchObject([
      { outcome: "timeout", faults: ["latency"] },
    ]);
    expect(gateway.inFlight()).toBe(0);
  });
});
