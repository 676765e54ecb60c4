import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isIP, type AddressInfo } from "node:net";
import type { Calls } from "../call/contract.ts";
import { Cancellation } from "../kernel/cancellation.ts";
import { codeOf, FuseboardError, messageOf } from "../kernel/errors.ts";
import type { Scope } from "../kernel/scope.ts";
import { CALLER_HEADERS } from "../protocol/headers.ts";
import type { Caller } from "../protocol/model.ts";
import { answer, drain, refuse } from "./answer.ts";
import { forwarded } from "./forwarded.ts";
import { newCallId, newTraceId, traceIdOf } from "./ids.ts";
import { receiveBody } from "./request-body.ts";

/** Answers a GET at a path of the gateway's own. */
export type Page = (request: IncomingMessage, response: ServerResponse) => void;

export interface GatewayDeps {
  readonly calls: Calls;
  /** What is there besides the services, by path without slashes; a service comes first. */
  readonly pages?: ReadonlyMap<string, Page>;
  /** Names of the services there are, for the message about one that is not. */
  services(): readonly string[];
  has(service: string): boolean;
  /** Whether it is a function: called with POST and JSON, at the service's own path. */
  isFunction(service: string): boolean;
  /** Who has this token; undefined for a stranger's. */
  callerOf(token: string): Caller | undefined;
  /** Largest request body, in bytes. */
  readonly maxBody: number;
}

/**
 * The HTTP front: `POST /<service>` with JSON for functions, any method and any path below
 * `/<service>` for other services. Listens on 127.0.0.1 only.
 */
export class Gateway {
  readonly #deps: GatewayDeps;
  readonly #server: Server;
  #hosts: ReadonlySet<string> = new Set();
  #underWay = 0;
  /** Waits for the last call, when there is one. */
  #idle: (() => void) | undefined;

  constructor(deps: GatewayDeps) {
    this.#deps = deps;
    this.#server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        if (!response.headersSent) refuse(response, 500, `Fuseboard failed: ${messageOf(error)}`);
        else response.destroy();
      });
    });
  }

  /**
   * Listens, until the scope ends. Resolves with its URL; rejects with a FuseboardError when the
   * port is taken.
   */
  async listen(port: number, scope: Scope): Promise<string> {
    const listening = once(this.#server.listen(port, "127.0.0.1"), "listening");
    scope.add(() => this.#close(listening));
    try {
      await listening;
    } catch (error) {
      if (codeOf(error) !== "EADDRINUSE") throw error;
      throw new FuseboardError(
        "port-in-use",
        `Port ${port} for the gateway is in use. Choose another as gateway.port in the cluster file, or 0 for a free one.`,
        { cause: error },
      );
    }
    scope.signal.throwIfAborted();
    const bound = (this.#server.address() as AddressInfo).port;
    this.#hosts = new Set([`127.0.0.1:${bound}`, `localhost:${bound}`]);
    return `http://127.0.0.1:${bound}`;
  }

  /**
   * @param listening settles when it listens, as a server that is closed before would do so all the
   *   same; whoever let it listen hears why it does not
   */
  async #close(listening: Promise<unknown>): Promise<void> {
    const hasBegun = await listening.then(
      () => true,
      () => false,
    );
    if (!hasBegun) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
    // The calls hear of their closed connections only now, and need the wire to end well.
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A page in a browser could reach this port by a name of its own (DNS rebinding).
    if (!this.#hosts.has(request.headers.host ?? "")) {
      refuse(response, 421, `This gateway does not serve "${request.headers.host ?? ""}".`);
      return;
    }
    const path = decodePath(request.url ?? "/");
    const service = path?.split("/", 1)[0] ?? "";
    const isKnown = this.#deps.has(service);
    const isFunction = this.#deps.isFunction(service);
    const page = isKnown ? undefined : this.#deps.pages?.get(path ?? "");
    if (page) {
      show(page, request, response);
      return;
    }
    if (path === undefined || !isKnown || (isFunction && path !== service)) {
      const names = this.#deps.services().join(", ") || "none";
      refuse(response, 404, `There is no service "${path ?? request.url ?? ""}". Known: ${names}.`);
      return;
    }
    if (isFunction && request.method !== "POST") {
      response.setHeader("allow", "POST");
      refuse(response, 405, `Call a function with POST, not ${request.method ?? "nothing"}.`);
      return;
    }
    this.#underWay++;
    try {
      await this.#call(service, request, response);
    } finally {
      this.#underWay--;
      if (this.#underWay === 0) this.#idle?.();
    }
  }

  async #call(service: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await receiveBody(request, this.#deps.maxBody);
    if (received.kind === "broken-off") return;
    const tooLarge = `The payload is larger than gateway.maxBody, ${this.#deps.maxBody} bytes.`;
    if (received.kind === "too-large") {
      refuse(response, 413, tooLarge);
      drain(request);
      return;
    }
    const isJson = received.kind === "whole" && this.#deps.isFunction(service);
    const mistake = isJson ? jsonMistake(received.bytes) : undefined;
    if (mistake !== undefined) {
      refuse(response, 400, `The payload is not JSON: ${mistake}`);
      return;
    }
    const gone = Cancellation.independent();
    const onClose = () => {
      if (!response.writableFinished) gone.cancel(new Error("The caller went away."));
    };
    response.once("close", onClose);
    if (received.kind === "streamed") {
      received.body.onExceeded = () => gone.cancel(new Error(tooLarge));
    }
    const id = newCallId();
    const begun = traceIdOf(request.headers[CALLER_HEADERS.traceparent]);
    const traceId = begun ?? newTraceId();
    const headers = forwarded(request);
    // Whoever began no trace gets one, so that the calls made for this one belong together.
    if (begun === undefined) headers.push([CALLER_HEADERS.traceparent, `00-${traceId}-${id}-01`]);
    const reply = await this.#deps.calls.call({
      id,
      service,
      ...this.#identify(request),
      traceId,
      client: clientOf(request),
      method: request.method ?? "GET",
      uri: request.url ?? "/",
      headers,
      body: received.body,
      idempotent: CALLER_HEADERS.idempotencyKey in request.headers,
      deadline: numberOf(request.headers[CALLER_HEADERS.deadline]),
      cancellation: gone,
    });
    if (!reply) {
      refuse(response, 404, `The service "${service}" has just been removed.`);
    } else if (received.kind === "streamed" && received.body.exceeded) {
      reply.discard();
      refuse(response, 413, tooLarge);
    } else {
      await answer(response, id, reply);
    }
    if (received.kind === "streamed") {
      received.body.drop();
      drain(request);
    }
  }

  #identify(request: IncomingMessage): { caller: Caller; parent: string | undefined } {
    const token = request.headers[CALLER_HEADERS.token];
    const caller = typeof token === "string" ? this.#deps.callerOf(token) : undefined;
    const parent = request.headers[CALLER_HEADERS.parent];
    return {
      caller: caller ?? { kind: "external" },
      parent:
        caller && typeof parent === "string" && /^[0-9a-f]{16}$/.test(parent) ? parent : undefined,
    };
  }
}

function show(page: Page, request: IncomingMessage, response: ServerResponse): void {
  if (request.method === "GET" || request.method === "HEAD") {
    page(request, response);
    return;
  }
  response.setHeader("allow", "GET, HEAD");
  refuse(response, 405, `Ask for this with GET, not ${request.method ?? "nothing"}.`);
}

/**
 * The caller's address. Everyone here is on loopback, so an `X-Forwarded-For` is believed, as nginx
 * does with `set_real_ip_from 127.0.0.1`: clients from elsewhere can be played.
 */
function clientOf(request: IncomingMessage): string {
  const forwarded = request.headers["x-forwarded-for"];
  const first =
    String(forwarded ?? "")
      .split(",", 1)[0]
      ?.trim() ?? "";
  return isIP(first) ? first : (request.socket.remoteAddress ?? "127.0.0.1");
}

/** `checkout` of `/checkout`, `/checkout/` and `/checkout?x`; undefined when it is not encoded right. */
function decodePath(url: string): string | undefined {
  const path = url.split("?", 1)[0] ?? "";
  try {
    return decodeURIComponent(path.replace(/^\/|\/$/g, ""));
  } catch {
    return undefined;
  }
}

function jsonMistake(bytes: Buffer): string | undefined {
  if (bytes.length === 0) return undefined;
  try {
    JSON.parse(bytes.toString());
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function numberOf(header: string | string[] | undefined): number | undefined {
  const number = typeof header === "string" ? Number(header) : NaN;
  return Number.isFinite(number) ? number : undefined;
}
