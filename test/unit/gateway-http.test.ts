import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Gateway } from "../../simulator/gateway/gateway.ts";
import { PooledWire } from "../../simulator/gateway/pooled-wire.ts";
import { Cancellation } from "../../simulator/kernel/cancellation.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import { ATTEMPT_HEADERS, CALLER_HEADERS } from "../../simulator/protocol/headers.ts";
import {
  closedPort,
  startGateway,
  startServer,
  type GatewayHarness,
} from "../support/gateway-harness.ts";
import { until } from "../support/until.ts";
import { membersOf } from "../support/members.ts";

const KB = 1024;
const MB = 1024 * KB;

let scope: Scope;
beforeEach(() => {
  scope = new Scope();
});
afterEach(() => scope.dispose());

async function eventually(condition: () => boolean): Promise<void> {
  expect(await until(condition, { timeoutMs: 10_000, everyMs: 5 })).toBe(true);
}

const hash = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** An instance that answers with the hash of what it was sent. */
const hashing = (then?: (request: IncomingMessage) => number) =>
  startServer(scope, (request, response) => {
    void readAll(request).then(
      (bytes) => {
        response.writeHead(then?.(request) ?? 200).end(hash(bytes));
      },
      () => response.destroy(),
    );
  });

/** A body that nobody announces the size of, in chunks. */
function streamed(bytes: Buffer, chunkBytes = 16 * KB): Readable {
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, i) =>
    bytes.subarray(i * chunkBytes, (i + 1) * chunkBytes),
  );
  return Readable.from(chunks);
}

describe("request bodies", () => {
  it.each([
    ["nothing", 0],
    ["a small one", 100],
    ["one just small enough to be taken whole", 64 * KB],
    ["one that is passed on as it comes", 64 * KB + 1],
    ["one that is kept to be sent again", MB],
    ["one that is too large to be kept", 5 * MB],
  ])("reach the instance unchanged: %s", async (_, size) => {
    const gateway = await startGateway(scope, {
      services: { cart: { ports: [await hashing()], timeout: "20s" } },
      maxBody: 8 * MB,
    });
    // What is taken whole must be JSON.
    const bytes = size <= 64 * KB ? jsonOf(size) : randomBytes(size);
    for (const body of [bytes, streamed(bytes)]) {
      const answer = await gateway.send("cart", { body });
      expect([answer.statusCode, await answer.body.text()]).toEqual([200, hash(bytes)]);
    }
    expect(gateway.inFlight()).toBe(0);
  });

  it("reach the instance before all of them has come", async () => {
    const first = Promise.withResolvers<Buffer>();
    const port = await startServer(scope, (request, response) => {
      request.once("data", (chunk: Buffer) => first.resolve(chunk));
      request.resume().on("end", () => response.end("all"));
    });
    const gateway = await startGateway(scope, {
      services: { cart: { ports: [port], timeout: "20s" } },
    });
    const body = new Readable({ read: () => undefined });
    const sent = gateway.send("cart", { body });
    body.push(Buffer.alloc(100 * KB, "x"));
    expect((await first.promise).length).toBeGreaterThan(0);
    body.push(null);
    expect(await (await sent).body.text()).toBe("all");
  });

  it("are sent again whole by a retry, up to 1 MB", async () => {
    const port = await hashing((request) => {
      return request.headers[ATTEMPT_HEADERS.attempt] === "3" ? 200 : 500;
    });
    const gateway = await startGateway(scope, {
      services: {
        cart: {
          ports: [port],
          timeout: "20s",
          retry: { attempts: 3, backoff: "constant", initial: "1ms" },
        },
      },
      maxBody: 8 * MB,
    });
    const headers = { "idempotency-key": "1" };
    const kept = randomBytes(MB);
    const again = await gateway.send("cart", { body: streamed(kept), headers });
    expect([again.statusCode, again.headers["x-fuseboard-attempts"]]).toEqual([200, "3"]);
    expect(await again.body.text()).toBe(hash(kept));
    const tooLarge = randomBytes(2 * MB);
    const once = await gateway.send("cart", { body: streamed(tooLarge), headers });
    expect([once.statusCode, once.headers["x-fuseboard-attempts"]]).toEqual([500, "1"]);
    await once.body.dump();
  });

  it("that are not kept do not go to a fallback service in part", async () => {
    const spare: number[] = [];
    const gateway = await startGateway(scope, {
      services: {
        cart: { ports: [await hashing(() => 500)], timeout: "20s", fallback: { service: "spare" } },
        spare: { ports: [await hashing(() => spare.push(1) && 200)] },
      },
      maxBody: 8 * MB,
    });
    const kept = randomBytes(MB);
    const first = await gateway.send("cart", { body: streamed(kept) });
    expect([first.statusCode, await first.body.text()]).toEqual([200, hash(kept)]);
    const bytes = randomBytes(2 * MB);
    const second = await gateway.send("cart", { body: streamed(bytes) });
    expect([second.statusCode, await second.body.text()]).toEqual([500, hash(bytes)]);
    expect(spare).toEqual([1]);
  });

  it("are sent again whole although an attempt was answered before it was read", async () => {
    const port = await startServer(scope, (request, response) => {
      if (request.headers[ATTEMPT_HEADERS.attempt] !== "3") {
        response.writeHead(500).end("too soon");
        return;
      }
      void readAll(request).then((bytes) => response.end(hash(bytes)));
    });
    const gateway = await startGateway(scope, {
      services: {
        cart: {
          ports: [port],
          timeout: "20s",
          retry: { attempts: 3, backoff: "constant", initial: "1ms", on: ["5xx", "error"] },
        },
      },
    });
    for (let i = 0; i < 10; i++) {
      const bytes = randomBytes(MB);
      const headers = { "idempotency-key": "1" };
      const { statusCode, body } = await gateway.send("cart", { body: streamed(bytes), headers });
      expect([statusCode, await body.text()]).toEqual([200, hash(bytes)]);
    }
  });

  it("that the instance did not want to read do not keep the caller from its answer", async () => {
    const port = await startServer(scope, (request, response) => {
      if (request.headers["content-length"] === "2") request.resume();
      response.writeHead(500).end("too soon");
    });
    const gateway = await startGateway(scope, {
      services: { cart: { ports: [port], timeout: "20s" } },
      maxBody: 64 * MB,
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    scope.add(() => agent.destroy());
    for (const size of [20 * MB, 2, 20 * MB, 2]) {
      const sent = httpRequest(`${gateway.url}/cart`, { method: "POST", agent });
      sent.end(size === 2 ? "{}" : Buffer.alloc(size, "1"));
      const [response] = (await once(sent, "response")) as [IncomingMessage];
      expect([response.statusCode, (await readAll(response)).toString()]).toEqual([
        500,
        "too soon",
      ]);
      // The whole upload was taken, so that the connection can be used again.
      if (!sent.writableFinished) await once(sent, "finish");
    }
    await gateway.ended(4);
    await eventually(() => gateway.inFlight() === 0);
  });

  it("wait for an instance that reads slowly", async () => {
    const reading = Promise.withResolvers<IncomingMessage>();
    const port = await startServer(scope, (request, response) => {
      reading.resolve(request.pause());
      request.on("end", () => response.end());
    });
    const gateway = await startGateway(scope, {
      services: { cart: { ports: [port], timeout: "20s" } },
      maxBody: 64 * MB,
    });
    let produced = 0;
    const body = new Readable({
      read() {
        if (produced === 64 * MB) this.push(null);
        else this.push(Buffer.alloc(64 * KB));
        produced += 64 * KB;
      },
    });
    const sent = gateway.send("cart", { body });
    const request = await reading.promise;
    const stalled = await stallsAt(() => produced);
    // What the buffers between caller and instance hold, and no more.
    expect(stalled).toBeLessThan(32 * MB);
    request.resume();
    expect((await sent).statusCode).toBe(200);
  });
});

/** JSON of exactly so many bytes. */
function jsonOf(size: number): Buffer {
  return Buffer.from(size < 2 ? "" : `"${"x".repeat(size - 2)}"`);
}

/** Where a growing number stops growing. */
async function stallsAt(value: () => number): Promise<number> {
  let last = -1;
  await until(
    () => {
      const same = value() === last;
      last = value();
      return same;
    },
    { timeoutMs: 10_000, everyMs: 200 },
  );
  return last;
}

describe("answers", () => {
  it("come through unchanged, with their status and headers", async () => {
    const port = await startServer(scope, (request, response) => {
      request.resume().on("end", () => {
        response.writeHead(
          201,
          [
            ["Content-Type", "text/plain"],
            ["Set-Cookie", "a=1"],
            ["Set-Cookie", "b=2"],
            ["X-Own", "yes"],
            ["X-Fuseboard-Outcome", "forged"],
          ].flat(),
        );
        response.end("made");
      });
    });
    const gateway = await startGateway(scope, { services: { cart: { ports: [port] } } });
    const { status, headers, body } = await gateway.call("cart");
    expect({ status, body }).toEqual({ status: 201, body: "made" });
    expect(headers).toMatchObject({
      "content-type": "text/plain",
      "set-cookie": ["a=1", "b=2"],
      "x-own": "yes",
      "x-fuseboard-outcome": "success",
    });
  });

  it.each([204, 205, 304])("may have no body: %i", async (status) => {
    const port = await startServer(scope, (request, response) => {
      request.resume().on("end", () => response.writeHead(status).end());
    });
    const gateway = await startGateway(scope, { services: { cart: { ports: [port] } } });
    for (let i = 0; i < 3; i++) expect((await gateway.call("cart")).status).toBe(status);
    await gateway.ended(3);
    expect(gateway.inFlight()).toBe(0);
  });

  it.each([256, 16 * KB, 16 * KB + 1, 64 * KB])("come unchanged: %i bytes", async (size) => {
    const bytes = Buffer.from(Array.from({ length: size }, (_, i) => i % 256));
    const port = await startServer(scope, (request, response) => {
      request.resume().on("end", () => response.end(bytes));
    });
    const gateway = await startGateway(scope, { services: { cart: { ports: [port] } } });
    const answer = await gateway.send("cart", { body: "{}" });
    expect(Buffer.from(await answer.body.arrayBuffer())).toEqual(bytes);
  });

  it("stream as they come, longer than the timeout of an attempt", async () => {
    const next = [1, 2, 3].map(() => Promise.withResolvers<undefined>());
    const port = await startServer(scope, (_request, response) => {
      void (async () => {
        for (const [i, gate] of next.entries()) {
          response.write(`part ${String(i)};`);
          await gate.promise;
        }
        response.end("end");
      })();
    });
    const gateway = await startGateway(scope, {
      services: { cart: { ports: [port], timeout: "100ms" } },
    });
    const { body } = await gateway.send("cart", { body: "{}" });
    let text = "";
    body.on("data", (chunk: Buffer) => (text += chunk.toString()));
    const ended = once(body, "end");
    await eventually(() => text === "part 0;");
    expect(gateway.inFlight()).toBe(1);
    const headAt = performance.now();
    await eventually(() => performance.now() - headAt > 200);
    for (const [i, gate] of next.entries()) {
      gate.resolve(undefined);
      if (i < 2) await eventually(() => text.endsWith(`part ${String(i + 1)};`));
    }
    await ended;
    expect(text).toBe("part 0;part 1;part 2;end");
    await gateway.ended(1);
    expect(gateway.factsOf("call-ended")).toMatchObject([{ outcome: "success" }]);
    await eventually(() => gateway.inFlight() === 0);
  });

  it.each([
    ["announced", true],
    ["chunked", false],
  ])("that are large come through whole: %s", async (_, announced) => {
    const bytes = randomBytes(20 * MB);
    const port = await startServer(scope, (_request, response) => {
      if (announced) response.setHeader("content-length", bytes.length);
      response.write(bytes.subarray(0, 10 * MB));
      response.end(bytes.subarray(10 * MB));
    });
    const gateway = await startGateway(scope, { services: { cart: { ports: [port] } } });
    const { body } = await gateway.send("cart", { body: "{}" });
    expect(hash(await readAll(body))).toBe(hash(bytes));
    await gateway.ended(1);
    await eventually(() => gateway.inFlight() === 0);
  });

  it("wait for a caller that reads slowly", async () => {
    let produced = 0;
    const port = await startServer(scope, (_request, response) => {
      new Readable({
        read() {
          if (produced === 64 * MB) this.push(null);
          else this.push(Buffer.alloc(64 * KB));
          produced += 64 * KB;
        },
      }).pipe(response);
    });
    const gateway = await startGateway(scope, { services: { cart: { ports: [port] } } });
    const sent = httpRequest(`${gateway.url}/cart`, { method: "POST" }).end("{}");
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    const stalled = await stallsAt(() => produced);
    expect(stalled).toBeLessThan(32 * MB);
    let size = 0;
    for await (const chunk of response) size += (chunk as Buffer).length;
    expect(size).toBe(64 * MB);
    await eventually(() => gateway.inFlight() === 0);
  });
});

describe("what the gateway refuses", () => {
  const untouched = (gateway: GatewayHarness) => {
    expect(gateway.facts.filter(({ kind }) => kind.startsWith("call-"))).toEqual([]);
  };
  const start = async (maxBody = MB) =>
    startGateway(scope, {
      services: { cart: { ports: [await hashing()], timeout: "20s" } },
      maxBody,
    });

  it("a payload that is not JSON: 400 with the reason", async () => {
    const gateway = await start();
    const { statusCode, body } = await gateway.send("cart", { body: '{"sku": }' });
    expect(statusCode).toBe(400);
    expect(await body.json()).toEqual({
      error: {
        message: expect.stringMatching(/^The payload is not JSON: Unexpected token/) as string,
      },
    });
    untouched(gateway);
  });

  it("an unknown service: 404 with those there are", async () => {
    const gateway = await start();
    for (const path of ["/nobody", "/", "/cart/more", "/%zz", "/constructor"]) {
      const { statusCode, body } = await gateway.send("", { path, body: "{}" });
      expect([path, statusCode]).toEqual([path, 404]);
      expect(await body.json()).toMatchObject({
        error: { message: expect.stringContaining("Known: cart.") as string },
      });
    }
    untouched(gateway);
  });

  it.each(["/cart/", "/cart?debug=1", "/c%61rt"])("but not %s: it is the service", async (path) => {
    const { statusCode, body } = await (await start()).send("", { path, body: "{}" });
    await body.dump();
    expect(statusCode).toBe(200);
  });

  it("a path below a function: 404", async () => {
    const gateway = await startGateway(scope, { services: { cart: { ports: [] } } });
    const { statusCode, body } = await gateway.send("cart/a");
    expect([statusCode, await body.json()]).toEqual([
      404,
      { error: { message: 'There is no service "cart/a". Known: cart.' } },
    ]);
  });

  it.each(["GET", "PUT", "DELETE"] as const)("%s: 405 with the method to use", async (method) => {
    const gateway = await start();
    const { statusCode, headers, body } = await gateway.send("cart", { method });
    expect([statusCode, headers.allow]).toEqual([405, "POST"]);
    expect(await body.json()).toMatchObject({
      error: { message: `Call a function with POST, not ${method}.` },
    });
    untouched(gateway);
  });

  it("a host name that it does not serve: 421", async () => {
    const gateway = await start();
    const { port } = new URL(gateway.url);
    const ask = (host: string) => gateway.send("cart", { headers: { host }, body: "{}" });
    for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1", ""]) {
      const { statusCode, body } = await ask(host);
      expect([host, statusCode]).toEqual([host, 421]);
      expect(await body.json()).toMatchObject({ error: { message: expect.any(String) as string } });
    }
    untouched(gateway);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) {
      const { statusCode, body } = await ask(host);
      await body.dump();
      expect([host, statusCode]).toEqual([host, 200]);
    }
  });

  it.each([
    ["announced", 10 * KB, 20 * MB, true],
    ["unannounced", 10 * KB, 20 * MB, false],
    ["announced and just over the limit", MB, MB + 1, true],
    ["unannounced and just over the limit", MB, MB + 1, false],
    ["unannounced, far over a limit that streams", 200 * KB, 20 * MB, false],
  ])("a payload that is too large: 413 that arrives; %s", async (_, maxBody, size, announced) => {
    const gateway = await start(maxBody);
    const payload = Buffer.alloc(size, "1");
    const sent = httpRequest(`${gateway.url}/cart`, {
      method: "POST",
      headers: announced ? { "content-length": size } : { "transfer-encoding": "chunked" },
    });
    // Once it has answered, the gateway may end before the whole upload is over.
    sent.on("error", () => undefined);
    streamed(payload, 64 * KB).pipe(sent);
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    expect(JSON.parse((await readAll(response)).toString())).toEqual({
      error: {
        message: `The payload is larger than gateway.maxBody, ${String(maxBody)} bytes.`,
      },
    });
    // The caller's mistake is nobody's failure.
    expect(gateway.factsOf("call-ended").filter(({ outcome }) => outcome !== "canceled")).toEqual(
      [],
    );
    expect(gateway.factsOf("call-ended")).toHaveLength(gateway.factsOf("call-started").length);
    await eventually(() => gateway.inFlight() === 0);
  });

  it("nothing of a payload that broke off", async () => {
    const gateway = await start();
    const { port } = new URL(gateway.url);
    for (const announced of [100, 500_000]) {
      const socket = connect(Number(port), "127.0.0.1").on("error", () => undefined);
      const head = `POST /cart HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: ${String(announced)}\r\n\r\n`;
      socket.write(head + "1".repeat(announced / 2));
      await once(socket, "connect");
      if (announced > 100) await eventually(() => gateway.factsOf("attempt-started").length === 1);
      socket.destroy();
    }
    await gateway.ended(1);
    // The small one never became a call.
    expect(gateway.factsOf("call-started")).toHaveLength(1);
    expect(gateway.factsOf("call-ended")).toMatchObject([{ outcome: "canceled" }]);
    await eventually(() => gateway.inFlight() === 0);
  });
});

describe("headers on the way to the instance", () => {
  it("carry the trace on unchanged, and only the gateway's own word on the call", async () => {
    const seen: IncomingMessage["headers"][] = [];
    const port = await startServer(scope, (request, response) => {
      seen.push(request.headers);
      request.resume().on("end", () => response.end("{}"));
    });
    const caller = { kind: "instance", instance: "shop-1", service: "shop" } as const;
    const gateway = await startGateway(scope, {
      services: { cart: { ports: [port], timeout: "2s" } },
      callers: { secret: caller },
    });
    const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    const traceparent = `00-${trace}-00f067aa0ba902b7-01`;
    const deadline = Math.floor(Date.now()) + 500;
    await gateway.call(
      "cart",
      {},
      {
        traceparent,
        tracestate: "vendor=1",
        "x-own": "yes",
        te: "trailers",
        [ATTEMPT_HEADERS.call]: "forged",
        [ATTEMPT_HEADERS.attempt]: "9",
        [CALLER_HEADERS.deadline]: String(deadline),
        [CALLER_HEADERS.token]: "secret",
        [CALLER_HEADERS.parent]: "0123456789abcdef",
      },
    );
    const [started] = gateway.factsOf("call-started");
    expect(started).toMatchObject({ traceId: trace, caller, parent: "0123456789abcdef" });
    expect(seen[0]).toMatchObject({
      traceparent,
      tracestate: "vendor=1",
      "x-own": "yes",
      [ATTEMPT_HEADERS.call]: started?.call,
      [ATTEMPT_HEADERS.attempt]: "1",
      // The caller's deadline comes before the attempt's own.
      [ATTEMPT_HEADERS.deadline]: String(deadline),
    });
    for (const name of [CALLER_HEADERS.token, CALLER_HEADERS.parent, "te"]) {
      expect(seen[0]).not.toHaveProperty([name]);
    }
  });

  it("are believed about the caller only with a token", async () => {
    const gateway = await startGateway(scope, { services: { cart: { ports: [] } } });
    await gateway.call(
      "cart",
      {},
      {
        [CALLER_HEADERS.token]: "guessed",
        [CALLER_HEADERS.parent]: "0123456789abcdef",
      },
    );
    const [started] = gateway.factsOf("call-started");
    expect(started?.caller).toEqual({ kind: "external" });
    expect(started).not.toHaveProperty("parent");
    expect(started?.traceId).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe("connections", () => {
  it("to instances are used again, also after failures of the function", async () => {
    const ports = new Set<number | undefined>();
    let calls = 0;
    const port = await startServer(scope, (request, response) => {
      ports.add(request.socket.remotePort);
      request.resume().on("end", () => response.writeHead(calls++ % 2 ? 500 : 200).end("{}"));
    });
    const gateway = await startGateway(scope, { services: { cart: { ports: [port] } } });
    for (let i = 0; i < 20; i++) await gateway.call("cart");
    expect(calls).toBe(20);
    expect(ports.size).toBe(1);
  });

  it("are all closed when the gateway ends, and calls under way are canceled", async () => {
    const inner = scope.child();
    const arrived = Promise.withResolvers<undefined>();
    const closed = Promise.withResolvers<undefined>();
    const port = await startServer(scope, (_request, response) => {
      arrived.resolve(undefined);
      response.on("close", () => closed.resolve(undefined));
    });
    const gateway = await startGateway(inner, {
      services: { cart: { ports: [port], timeout: "20s" } },
    });
    const sent = gateway.send("cart", { body: "{}" });
    sent.catch(() => undefined);
    await arrived.promise;
    await inner.dispose();
    await expect(sent).rejects.toThrow();
    await closed.promise;
    await gateway.ended(1);
    expect(gateway.factsOf("call-ended")).toMatchObject([{ outcome: "canceled" }]);
    const socket = connect(Number(new URL(gateway.url).port), "127.0.0.1");
    const [error] = (await once(socket, "error")) as [Error];
    expect(error).toMatchObject({ code: "ECONNREFUSED" });
  });

  it("to an endpoint that is gone end with the gateway, even if it goes on for ever", async () => {
    const inner = new Scope();
    const closed = Promise.withResolvers<undefined>();
    const port = await startServer(scope, (_request, response) => {
      response.write("and so on");
      response.on("close", () => closed.resolve(undefined));
    });
    const wire = new PooledWire(inner);
    const [member] = membersOf([1]);
    if (!member) throw new Error("There is no member.");
    const { body, done } = await wire.send(
      { ...member, port },
      {
        method: "POST",
        uri: "/cart",
        path: "/",
        headers: [],
        body: { open: () => Buffer.from("{}"), replayable: true },
        sent: () => undefined,
      },
      Cancellation.never,
    );
    if (Buffer.isBuffer(body)) throw new Error("It should stream.");
    await once(body, "data");
    wire.forget("127.0.0.1", port);
    await inner.dispose();
    await closed.promise;
    expect(await done).toBe(false);
  });

  const gatewayToNobody = () =>
    new Gateway({
      calls: { call: () => Promise.resolve(undefined) },
      services: () => [],
      has: () => false,
      isFunction: () => false,
      callerOf: () => undefined,
      maxBody: 1,
    });

  it("is closed also when its scope ends while it opens", async () => {
    const port = await closedPort();
    const inner = new Scope();
    const opening = gatewayToNobody().listen(port, inner);
    await Promise.all([inner.dispose(), expect(opening).rejects.toThrow("aborted")]);
    expect(await gatewayToNobody().listen(port, scope)).toBe(`http://127.0.0.1:${String(port)}`);
  });

  it("say which port is taken", async () => {
    const port = await startServer(scope, (_request, response) => response.end());
    const gateway = gatewayToNobody();
    await expect(gateway.listen(port, scope)).rejects.toMatchObject({
      code: "port-in-use",
      message: expect.stringContaining(`Port ${String(port)} for the gateway is in use.`) as string,
    });
    const free = await closedPort();
    expect(await gateway.listen(free, scope)).toBe(`http://127.0.0.1:${String(free)}`);
  });
});
