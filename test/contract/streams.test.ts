import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../simulator/kernel/clock.ts";
import { EventLog } from "../../simulator/kernel/event-log.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import type { Fact } from "../../simulator/protocol/events.ts";
import { KEPT_COMMANDS } from "../../simulator/protocol/model.ts";
import { NetflixHystrix } from "../../simulator/protocol/hystrix-spec.ts";
import { VirtualClock } from "../../simulator/offline/virtual-clock.ts";
import { AttachedStreams } from "../../simulator/streams/attached-streams.ts";
import { createEngine } from "../../simulator/resilience/breakers/index.ts";
import { HystrixEndpoint } from "../../simulator/streams/hystrix-endpoint.ts";
import type { StreamedCircuit } from "../../simulator/streams/stream-format.ts";
import {
  closedPort,
  startGateway,
  startServer,
  startSocketServer,
  type GatewayHarness,
} from "../support/gateway-harness.ts";
import { readDashboardEvent } from "../support/hystrix-dashboard.ts";
import { eventsOf, readStream } from "../support/read-stream.ts";
import { StepClock } from "../support/step-clock.ts";
import { until } from "../support/until.ts";
import { watchStreams } from "../support/watched-streams.ts";

let scope: Scope;
beforeEach(() => {
  scope = new Scope();
});
afterEach(() => scope.dispose());

async function eventually(condition: () => boolean): Promise<void> {
  expect(await until(condition, { timeoutMs: 15_000, everyMs: 10 })).toBe(true);
}

/** A gateway with both Hystrix engines, and one that is not Hystrix's. */
async function gatewayWith(...engines: readonly ("hystrix-go" | "hystrix" | "consecutive")[]) {
  const port = await startServer(scope, (request, response) => {
    response.writeHead(request.headers["x-fail"] === undefined ? 200 : 500).end("{}");
  });
  return startGateway(scope, {
    services: Object.fromEntries(
      engines.map((engine) => [engine, { ports: [port], breaker: { engine } }]),
    ),
  });
}

/** Reads so many events of commands of a gateway's stream. */
const roundsOf = (gateway: GatewayHarness, query: string, commands: number) =>
  readStream(`${gateway.url}/hystrix.stream${query}`, '"type":"HystrixCommand"', commands);

describe("GET /hystrix.stream", () => {
  it("speaks as hystrix-go does", async () => {
    const gateway = await gatewayWith("hystrix-go", "consecutive");
    for (let i = 0; i < 3; i++) await gateway.call("hystrix-go");
    await gateway.call("hystrix-go", {}, { "x-fail": "1" });
    const { headers, text } = await roundsOf(gateway, "", 1);
    expect(headers.get("content-type")).toBe("text/event-stream");
    expect(headers.get("cache-control")).toBe("no-cache");
    expect(text).not.toContain("ping");
    const [command, pool] = eventsOf(text, "data:");
    expect(text.startsWith('data:{"type":"HystrixCommand","name":"hystrix-go",')).toBe(true);
    expect(command).toMatchObject({
      group: "hystrix-go",
      reportingHosts: 1,
      requestCount: 4,
      errorCount: 1,
      errorPercentage: 25,
      isCircuitBreakerOpen: false,
      rollingCountSuccess: 3,
      rollingCountFailure: 1,
      propertyValue_circuitBreakerRequestVolumeThreshold: 20,
      propertyValue_circuitBreakerSleepWindowInMilliseconds: 5000,
      propertyValue_circuitBreakerErrorThresholdPercentage: 50,
    });
    expect(pool).toMatchObject({
      type: "HystrixThreadPool",
      name: "hystrix-go",
      currentPoolSize: 10,
      rollingCountThreadsExecuted: 4,
    });
    // The order of the library's fields, where JavaScript would sort.
    expect(text).toMatch(/"latencyTotal":\{"0":\d+,"25":\d+,.*"99":\d+,"99.5":\d+,"100":\d+\}/);
  });

  it("speaks as Netflix Hystrix does when a service has that engine", async () => {
    const gateway = await gatewayWith("hystrix", "hystrix-go");
    await gateway.call("hystrix");
    const { headers, text } = await roundsOf(gateway, "", 4);
    expect(headers.get("content-type")).toBe("text/event-stream;charset=UTF-8");
    expect(headers.get("cache-control")).toBe("no-cache, no-store, max-age=0, must-revalidate");
    expect(headers.get("pragma")).toBe("no-cache");
    expect(text).toContain("\n\nping: \n\n");
    const events = eventsOf(text, "data: ");
    const ofNames = (type: string) =>
      events.filter((event) => event.type === type).map(({ name }) => name);
    expect(ofNames("HystrixCommand").slice(0, 2)).toEqual(["hystrix", "hystrix-go"]);
    // A pool that has not run anything is left out.
    expect(new Set(ofNames("HystrixThreadPool"))).toEqual(new Set(["hystrix"]));
    expect(events[0]).toMatchObject({
      propertyValue_executionTimeoutInMilliseconds: 1000,
      propertyValue_executionIsolationThreadPoolKeyOverride: null,
      threadPool: "hystrix",
    });
    const pool = events.find(({ type }) => type === "HystrixThreadPool");
    expect(pool).toMatchObject({ currentCompletedTaskCount: 1, currentCorePoolSize: 10 });
  });

  it("speaks either when it is asked to", async () => {
    const gateway = await gatewayWith("hystrix-go");
    expect((await roundsOf(gateway, "?format=hystrix", 1)).text).toContain("data: {");
    const bad = await fetch(`${gateway.url}/hystrix.stream?format=micrometer`);
    expect([bad.status, await bad.text()]).toEqual([
      400,
      'There is no format "micrometer". Ask for hystrix or hystrix-go.\n',
    ]);
    const posted = await fetch(`${gateway.url}/hystrix.stream`, { method: "POST" });
    expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it.each(["hystrix-go", "hystrix"])("is shown by the Hystrix Dashboard: %s", async (format) => {
    const gateway = await gatewayWith("hystrix", "hystrix-go");
    for (const engine of ["hystrix", "hystrix-go"]) await gateway.call(engine);
    const { text } = await roundsOf(gateway, `?format=${format}`, 2);
    const shown = eventsOf(text, "data:").map(readDashboardEvent);
    expect(shown.length).toBeGreaterThanOrEqual(3);
    const [first] = shown;
    expect(first).toMatchObject({ name: "hystrix", circuit: "Closed", hosts: 1 });
  });

  it("shows a circuit that was tripped, and one that is held", async () => {
    const gateway = await gatewayWith("hystrix", "hystrix-go");
    gateway.service("hystrix").circuit.trip();
    gateway.service("hystrix-go").circuit.trip();
    const tripped = eventsOf((await roundsOf(gateway, "", 2)).text, "data: ");
    expect(tripped.map(readDashboardEvent)).toMatchObject([
      { name: "hystrix", circuit: "Forced Open" },
      { name: "hystrix-go", circuit: "Forced Open" },
    ]);
    gateway.service("hystrix").circuit.holdClosed();
    const [held] = eventsOf((await roundsOf(gateway, "", 2)).text, "data: ");
    expect(held).toMatchObject({
      propertyValue_circuitBreakerForceClosed: true,
      isCircuitBreakerOpen: false,
    });
  });

  it("takes five clients of Netflix's, and another one when one has gone", async () => {
    const gateway = await gatewayWith("hystrix");
    const clients = Array.from({ length: 5 }, () => new AbortController());
    for (const { signal } of clients) {
      const response = await fetch(`${gateway.url}/hystrix.stream`, { signal });
      expect(response.status).toBe(200);
    }
    const sixth = await fetch(`${gateway.url}/hystrix.stream`);
    expect([sixth.status, await sixth.text()]).toEqual([
      503,
      "MaxConcurrentConnections reached: 5\n",
    ]);
    clients[0]?.abort();
    const status = async () => {
      const again = new AbortController();
      const response = await fetch(`${gateway.url}/hystrix.stream`, { signal: again.signal });
      again.abort();
      return response.status === 200;
    };
    expect(await until(status, { timeoutMs: 5000 })).toBe(true);
    for (const client of clients) client.abort();
  });

  it("drops rounds for a client that does not read, and none for others", async () => {
    const clock = new VirtualClock();
    const circuits = streamedCircuits(200);
    const endpoint = new HystrixEndpoint({
      clock,
      circuits: () => circuits,
      hasNetflix: () => true,
    });
    const responses: ServerResponse[] = [];
    const port = await startServer(scope, (request, response) => {
      responses.push(response);
      endpoint.serve(request, response);
    });
    const listen = async () => {
      const socket = connect(port, "127.0.0.1");
      scope.add(() => {
        socket.destroy();
      });
      socket.write("GET /hystrix.stream HTTP/1.1\r\nhost: x\r\n\r\n");
      await once(socket, "readable");
      return socket;
    };
    await listen();
    const reader = await listen();
    let heard = 0;
    const text = reader.setEncoding("utf8").on("data", (chunk: string) => {
      heard += chunk.split("ping: ").length - 1;
    });
    await clock.advanceTo(500);
    await eventually(() => heard === 1);
    const round = text.bytesRead;
    expect(round).toBeGreaterThan(200 * 1024);
    for (let i = 2; i <= 60; i++) {
      await clock.advanceTo(i * 500);
      await eventually(() => heard === i);
    }
    const [unread, read] = responses.map(({ writableLength }) => writableLength);
    // All went out to the one; the other's connection is full, and no more is kept for it.
    expect(read).toBe(0);
    expect(unread).toBeGreaterThan(64 * 1024);
    expect(unread).toBeLessThan(64 * 1024 + 2 * round);
  });
});

/** Circuits as of commands that have not run. */
function streamedCircuits(count: number): StreamedCircuit[] {
  const spec = NetflixHystrix.parse({ engine: "hystrix" });
  const nobody = { changed: () => undefined, counted: () => undefined };
  const { engine } = createEngine(spec, { clock: systemClock, ...nobody });
  const metrics = engine.metrics?.();
  engine.close();
  if (!metrics) throw new Error("Netflix's engine has metrics.");
  return Array.from({ length: count }, (_, i) => {
    return { name: `circuit-${String(i)}`, spec, status: "closed", metrics };
  });
}

const HEAD = { "content-type": "text/event-stream" };
const event = (name: string, more: object = {}) =>
  `data:${JSON.stringify({ type: "HystrixCommand", name, group: name, ...more })}\n\n`;

/** A stream of a test; `say` writes to all who listen. */
async function startStream(opened: (response: ServerResponse, count: number) => void) {
  const responses = new Set<ServerResponse>();
  const requests: IncomingMessage[] = [];
  const port = await startServer(scope, (request, response) => {
    requests.push(request);
    responses.add(response);
    response.once("close", () => responses.delete(response));
    response.writeHead(200, HEAD);
    response.flushHeaders();
    opened(response, requests.length);
  });
  return {
    port,
    url: `http://127.0.0.1:${String(port)}/hystrix.stream`,
    requests,
    listeners: () => responses.size,
    say: (text: string) => responses.forEach((response) => response.write(text)),
    cut: () => responses.forEach((response) => response.destroy()),
  };
}

describe("attaching to a stream", () => {
  it("shows its commands and pools, and what changes", async () => {
    const gateway = await gatewayWith("hystrix-go", "hystrix");
    for (let i = 0; i < 4; i++) await gateway.call("hystrix");
    const { attach, seen, streams, facts } = watchStreams(scope);
    const state = await attach(`${gateway.url}/hystrix.stream`);
    const { host } = new URL(gateway.url);
    expect(state).toMatchObject({ id: "stream-1", name: host, status: "connected" });
    await eventually(() => seen()?.commands.hystrix?.rollingCounts.Success === 4);
    expect(seen()).toMatchObject({
      format: "hystrix",
      commands: { hystrix: { isOpen: false }, "hystrix-go": { requestCount: 0 } },
      pools: { hystrix: { size: 4, maximum: 10 } },
    });
    gateway.service("hystrix-go").circuit.trip();
    await eventually(() => seen()?.commands["hystrix-go"]?.isOpen === true);
    await streams.detach("stream-1");
    expect(seen()).toBeUndefined();
    expect(facts.at(-1)?.kind).toBe("stream-detached");
    await expect(streams.detach("stream-1")).rejects.toThrow('There is no stream "stream-1".');
  });

  it("reports at most twice a second, and only what changed", async () => {
    const source = await startStream((response) => response.write(event("a")));
    const { attach, facts, seen } = watchStreams(scope);
    await attach(source.url);
    const startedAt = performance.now();
    let said = 0;
    await eventually(() => {
      source.say(event("b", { requestCount: ++said }) + event("a"));
      return facts.filter(({ kind }) => kind === "stream-reported").length >= 4;
    });
    const seconds = (performance.now() - startedAt) / 1000;
    const reports = facts.filter((fact) => fact.kind === "stream-reported");
    expect(reports.length).toBeLessThanOrEqual(2 * seconds + 2);
    const last = reports.at(-1);
    expect(last?.commands.map(({ name }) => name)).toEqual(["b"]);
    expect(Object.keys(seen()?.commands ?? {})).toEqual(["a", "b"]);
  });

  it("again is the one that is there", async () => {
    const source = await startStream((response) => response.write(event("a")));
    const { attach } = watchStreams(scope);
    const [first, second] = await Promise.all([attach(source.url), attach(source.url)]);
    expect(first.id).toBe(second.id);
    expect((await attach(`${source.url}#x`)).id).toBe(first.id);
    expect(source.requests).toHaveLength(1);
  });

  it("of an instance follows it to its next port", async () => {
    const first = await startStream((response) => response.write(event("a")));
    const second = await startStream((response) => response.write(event("b")));
    const { streams, serveAt, seen, facts } = watchStreams(scope);
    const asked = { instance: "cart-1", path: "/hystrix.stream" };
    await expect(streams.attach(asked)).rejects.toThrow(
      "cart-1 does not run. Start it, then attach to its stream.",
    );
    serveAt(first.port);
    expect(await streams.attach(asked)).toMatchObject({ instance: "cart-1", url: first.url });
    serveAt(second.port);
    first.cut();
    await eventually(() => seen()?.commands.b !== undefined);
    expect(seen()).toMatchObject({ status: "connected", url: second.url });
    await streams.forget("cart-1");
    expect(facts.at(-1)?.kind).toBe("stream-detached");
    await eventually(() => second.listeners() === 0);
  });

  it("with a user in the URL keeps the password to itself", async () => {
    const source = await startStream((response) => response.write(event("a")));
    const { attach, facts } = watchStreams(scope);
    const url = source.url.replace("//", "//ada:s%C3%A9cret@");
    expect((await attach(url)).url).toBe(source.url);
    const given = source.requests[0]?.headers.authorization?.replace("Basic ", "") ?? "";
    expect(Buffer.from(given, "base64").toString()).toBe("ada:sécret");
    expect(JSON.stringify(facts)).not.toContain("cret");
  });

  it.each([
    ["status 404", 404, "text/plain", "404 Not Found. hystrix-go serves it where"],
    ["a redirection", 302, "text/plain", "302 Found. hystrix-go serves it where"],
    ["too many clients", 503, "text/plain", "503 Service Unavailable. It may have as many"],
    ["HTML", 200, "text/html; charset=utf-8", "text/html, not text/event-stream. hystrix-go"],
    ["JSON", 200, "application/json", "application/json, not text/event-stream. hystrix-go"],
    ["no type", 200, undefined, "something without a content type, not text/event-stream."],
  ])("says what is there instead: %s", async (_, status, type, sentence) => {
    const port = await startServer(scope, (_request, response) => {
      response.writeHead(status, type === undefined ? {} : { "content-type": type }).end("x");
    });
    const url = `http://127.0.0.1:${String(port)}/hystrix.stream`;
    const { attach, facts } = watchStreams(scope);
    await expect(attach(url)).rejects.toThrow(`${url} answers ${sentence}`);
    expect(facts).toEqual([]);
  });

  it("says that nothing is there, or something else", async () => {
    const { attach, facts } = watchStreams(scope);
    const closed = `127.0.0.1:${String(await closedPort())}`;
    await expect(attach(`http://${closed}/hystrix.stream`)).rejects.toThrow(
      `Nothing listens at ${closed}. Start the program, or mend the URL.`,
    );
    const other = await startSocketServer(scope, (socket) => {
      socket.once("data", () => socket.end("SSH-2.0-OpenSSH\r\n"));
    });
    await expect(attach(`http://127.0.0.1:${String(other)}/`)).rejects.toThrow(
      "does not speak HTTP",
    );
    const plain = await startServer(scope, (_request, response) => response.end());
    await expect(attach(`https://127.0.0.1:${String(plain)}/`)).rejects.toThrow(
      `127.0.0.1:${String(plain)} does not speak TLS. Write http:// in place of https://.`,
    );
    const rude = await startSocketServer(scope, (socket) => {
      socket.once("data", () => socket.end());
    });
    await expect(attach(`http://127.0.0.1:${String(rude)}/`)).rejects.toThrow(
      "closed the connection",
    );
    await expect(attach("ftp://127.0.0.1/")).rejects.toThrow("is not the URL of a stream");
    await expect(attach("http://ada:100%@127.0.0.1/")).rejects.toThrow("Write a % itself as %25.");
    expect(facts).toEqual([]);
  });

  it("looks for an instance where it serves, also at an IPv6 address", async () => {
    const clock = new StepClock();
    const log = new EventLog(clock);
    const addressOf = () => ({ host: "::1", port: 8181 });
    const streams = new AttachedStreams({ clock, log, scope, addressOf });
    const port = await closedPort();
    const asked = { instance: "cart-1", port, path: "/hystrix.stream" };
    await expect(streams.attach(asked)).rejects.toThrow(`[::1]:${String(port)}`);
  });

  it("leaves nothing of a stream behind that could not be attached", async () => {
    const clock = new StepClock();
    const log = new EventLog(clock);
    const facts: Fact[] = [];
    log.subscribe((fact) => facts.push(fact));
    const streams = new AttachedStreams({ clock, log, scope, addressOf: () => undefined });
    const url = `http://127.0.0.1:${String(await closedPort())}/hystrix.stream`;
    await expect(streams.attach({ url })).rejects.toThrow("Nothing listens at");
    expect(clock.timers).toBe(0);
    clock.advanceTo(10_000);
    expect(facts).toEqual([]);
  });

  it("waits for a program that has nothing to say yet", async () => {
    let answer: ServerResponse | undefined;
    const port = await startServer(scope, (_request, response) => {
      answer = response;
    });
    const { attach, seen } = watchStreams(scope);
    const state = await attach(`http://127.0.0.1:${String(port)}/hystrix.stream`);
    expect(state.status).toBe("connecting");
    expect(state.problem).toContain("hystrix-go does not before the first command has run");
    answer?.writeHead(200, HEAD).write(event("a"));
    await eventually(() => seen()?.commands.a !== undefined);
    expect(seen()).toMatchObject({ status: "connected" });
    expect(seen()?.problem).toBeUndefined();
  });

  it("connects again to one that ends, breaks off or is silent", async () => {
    const source = await startStream((response, count) => {
      response.write(`retry: 100\n\n${event(`life-${String(count)}`)}`);
      if (count === 1) response.end();
    });
    const { attach, seen, facts } = watchStreams(scope, 700);
    await attach(source.url);
    await eventually(() => seen()?.commands["life-2"] !== undefined);
    source.cut();
    await eventually(() => seen()?.commands["life-3"] !== undefined);
    // The third says nothing more; a ping would keep it.
    await eventually(() => seen()?.commands["life-4"] !== undefined);
    const problems = facts.flatMap((fact) =>
      fact.kind === "stream-changed" && fact.state.status === "lost" ? fact.state.problem : [],
    );
    const { host } = new URL(source.url);
    expect(problems.slice(0, 3)).toEqual([
      `${source.url} has ended the stream.`,
      `${host} broke off the stream.`,
      `${source.url} has sent nothing for 0.7s.`,
    ]);
  });

  it("is not lost while it pings", async () => {
    const source = await startStream((response) => response.write(event("a")));
    const { attach, seen } = watchStreams(scope, 600);
    await attach(source.url);
    const timer = setInterval(() => source.say("ping: \n\n"), 100);
    scope.add(() => clearInterval(timer));
    await eventually(() => seen()?.commands.a !== undefined);
    const startedAt = performance.now();
    await eventually(() => performance.now() - startedAt > 2500);
    expect([seen()?.status, source.requests.length]).toEqual(["connected", 1]);
  });

  it("goes on after garbage, and says so in one sentence", async () => {
    const source = await startStream((response) => response.write(event("a")));
    const { attach, seen } = watchStreams(scope);
    await attach(source.url);
    source.say(`data: nonsense\n\n${event("b", { requestCount: "many" })}`);
    await eventually(() => seen()?.problem !== undefined && seen()?.commands.b !== undefined);
    expect(seen()).toMatchObject({
      status: "connected",
      problem: 'It sends events that are not JSON: "nonsense"',
      commands: { a: {}, b: { requestCount: 0 } },
    });
  });

  it("bounds the memory for commands without end, and lets the rest go on", async () => {
    const COMMANDS = 200_000;
    let sent = 0;
    const source = await startStream((response) => {
      const more = () => {
        while (sent < COMMANDS) {
          const name = `command-${String(sent++)}`;
          if (!response.write(event(name))) {
            response.once("drain", more);
            return;
          }
        }
      };
      more();
    });
    const { attach, seen } = watchStreams(scope);
    await attach(source.url);
    await eventually(() => seen()?.leftOut === COMMANDS - KEPT_COMMANDS);
    expect(Object.keys(seen()?.commands ?? {})).toHaveLength(KEPT_COMMANDS);
  });

  it("makes one that sends too much wait", async () => {
    let written = 0;
    const piece = Buffer.from(event("a").repeat(1000));
    const source = await startStream((response) => {
      const more = () => {
        do written += piece.length;
        while (!response.destroyed && response.write(piece));
        response.once("drain", more);
      };
      more();
    });
    const { attach, seen, streams } = watchStreams(scope);
    const startedAt = performance.now();
    await attach(source.url);
    await eventually(() => performance.now() - startedAt > 3000);
    expect(seen()?.commands.a).toBeDefined();
    const seconds = (performance.now() - startedAt) / 1000;
    // 16 MB a second, and what buffers on the way hold.
    expect(written / 1024 / 1024).toBeLessThan(16 * seconds + 32);
    await streams.detach("stream-1");
  });

  it("ends with the scope, and leaves no connection behind", async () => {
    const source = await startStream((response) => response.write(event("a")));
    const { attach, facts } = watchStreams(scope);
    await attach(source.url);
    const inner = new Scope();
    const log = new EventLog(systemClock);
    const own = new AttachedStreams({
      clock: systemClock,
      log,
      scope: inner,
      addressOf: () => undefined,
    });
    await own.attach({ url: source.url });
    expect(source.listeners()).toBe(2);
    await inner.dispose();
    await eventually(() => source.listeners() === 1);
    expect(facts.some(({ kind }) => kind === "stream-detached")).toBe(false);
  });
});
