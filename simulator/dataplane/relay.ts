import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createDoor, type AddressInfo, type Server as Door } from "node:net";
import { pipeline } from "node:stream/promises";
import { WireError, type BegunAnswer, type WireResponse } from "../call/contract.ts";
import type { Scope } from "../kernel/scope.ts";
import { ATTEMPT_HEADERS } from "../protocol/headers.ts";
import type { Arrival } from "./contract.ts";
import { Liveness } from "./liveness.ts";

/** Takes what arrives with a key; undefined: nobody waits for it. */
export type Receive = (key: string) => ((arrival: Arrival) => Promise<WireResponse>) | undefined;

/** Headers that belong to one connection. */
const HOP_BY_HOP: ReadonlySet<string> = new Set(["connection", "keep-alive", "transfer-encoding"]);

/**
 * The door of one instance that an installed program knocks at. What arrives goes the same way as
 * any attempt; while the instance refuses connections, the door is shut, and refuses them too.
 */
export class Relay {
  readonly #instance: string;
  readonly #receive: Receive;
  readonly #server: Server;
  readonly #liveness: Liveness;
  readonly #scope: Scope;
  /** The port is another one than before. */
  readonly #moved: () => void;
  #door: Door | undefined;
  #port = 0;
  #alive = true;
  #faulty = false;
  #opening: Promise<void> | undefined;
  #isRetired = false;
  #underWay = 0;

  constructor(instance: string, receive: Receive, moved: () => void, scope: Scope) {
    this.#instance = instance;
    this.#receive = receive;
    this.#moved = moved;
    this.#scope = scope;
    this.#server = createServer({ keepAliveTimeout: 75_000, requestTimeout: 0 });
    this.#server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      void this.#serve(request, response);
    });
    this.#liveness = new Liveness(scope, (alive) => {
      this.#alive = alive;
      void this.#turn();
    });
    scope.add(() => {
      this.#shut();
      this.#server.closeAllConnections();
    });
  }

  get port(): number {
    return this.#port;
  }

  /** Whether connections are refused now. */
  get refuses(): boolean {
    return !this.#alive || this.#faulty;
  }

  /** Opens the door; resolves when it has a port. */
  async open(): Promise<void> {
    await this.#open();
  }

  /** Where the instance itself listens, so that it is seen when it no longer does. */
  watch(host: string, port: number, external: boolean): void {
    this.#liveness.watch(host, port, !external);
  }

  /** A fault refuses connections, or no longer does. */
  refuse(faulty: boolean): void {
    this.#faulty = faulty;
    void this.#turn();
  }

  /** Nobody comes any more: ends when what is under way is over. */
  retire(): void {
    this.#isRetired = true;
    this.#shut();
    if (this.#underWay === 0) void this.#scope.dispose();
  }

  async #turn(): Promise<void> {
    if (this.refuses || this.#isRetired) this.#shut();
    else await this.#open();
  }

  #open(): Promise<void> {
    if (this.#door || this.#scope.ended) return Promise.resolve();
    this.#opening ??= this.#listen().finally(() => {
      this.#opening = undefined;
      // It may have been told to refuse meanwhile.
      if (this.refuses || this.#scope.ended) this.#shut();
    });
    return this.#opening;
  }

  async #listen(): Promise<void> {
    const before = this.#port;
    this.#door =
      (before === 0 ? undefined : await this.#listenOn(before)) ?? (await this.#listenOn(0));
    this.#port = (this.#door?.address() as AddressInfo | null)?.port ?? before;
    if (before !== 0 && before !== this.#port) this.#moved();
  }

  /** Undefined when the port was taken meanwhile. */
  async #listenOn(port: number): Promise<Door | undefined> {
    const door = createDoor((socket) => this.#server.emit("connection", socket));
    try {
      await once(door.listen(port, "127.0.0.1"), "listening");
      return door;
    } catch {
      return undefined;
    }
  }

  #shut(): void {
    this.#door?.close();
    this.#door = undefined;
    this.#server.closeIdleConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = request.headers[ATTEMPT_HEADERS.exchange];
    const arrived = typeof key === "string" ? this.#receive(key) : undefined;
    const gone = new AbortController();
    this.#underWay++;
    response.once("close", () => {
      this.#underWay--;
      if (this.#isRetired && this.#underWay === 0) void this.#scope.dispose();
      if (!response.writableFinished) gone.abort(new Error("The program closed the connection."));
    });
    if (!arrived) {
      request.socket.resetAndDestroy();
      return;
    }
    const body = { open: () => request, replayable: false };
    try {
      const arrival = { instance: this.#instance, body, signal: gone.signal };
      await answer(request, response, await arrived(arrival));
    } catch (error) {
      // Whoever made the attempt has said why; the program sees a connection that breaks.
      breakOff(request, response, error instanceof WireError ? error.begun : undefined);
    }
  }
}

/** Breaks the connection to the program where the instance broke its own off. */
function breakOff(
  request: IncomingMessage,
  response: ServerResponse,
  begun: BegunAnswer | undefined,
): void {
  if (begun && !response.destroyed) {
    response.sendDate = false;
    response.writeHead(
      begun.status,
      begun.headers.filter(([name]) => !HOP_BY_HOP.has(name)).flat(),
    );
    response.flushHeaders();
    response.write(begun.body, () => request.socket.destroy());
  } else if (response.headersSent) {
    // What has been sent already arrives, which a reset could keep from it.
    request.socket.destroy();
  } else {
    request.socket.resetAndDestroy();
  }
}

/** Passes an instance's answer on to the program. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body, discard }: WireResponse,
): Promise<void> {
  if (response.destroyed) {
    discard();
    return;
  }
  const list = headers.filter(([name]) => !HOP_BY_HOP.has(name)).flat();
  const isSized = headers.some(([name]) => name === "content-length");
  response.sendDate = false;
  if (Buffer.isBuffer(body)) {
    if (!isSized && request.method !== "HEAD") list.push("content-length", String(body.length));
    response.writeHead(status, list);
    response.end(body);
    return;
  }
  response.writeHead(status, list);
  response.flushHeaders();
  try {
    await pipeline(body, response);
  } catch (error) {
    discard();
    throw error;
  }
}
