import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Scope } from "../../simulator/kernel/scope.ts";

/**
 * How an upstream takes requests: it answers with this status, refuses connections, or closes them
 * without an answer.
 */
export type Mood = number | "refused" | "empty";

/** A request, named by its header `x-id`, and the number of the upstream that it came to. */
export interface Arrival {
  readonly id: string;
  readonly at: number;
}

/** A server on a port of its own whose mood a test changes. */
export class MoodyUpstream {
  readonly port: number;
  readonly #arrivals: Arrival[];
  readonly #number: number;
  readonly #server: HttpServer;
  readonly #held = new Map<string, ServerResponse>();
  #mood: Mood = 200;

  private constructor(server: HttpServer, number: number, arrivals: Arrival[]) {
    this.#server = server;
    this.#number = number;
    this.#arrivals = arrivals;
    this.port = (server.address() as AddressInfo).port;
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.#answer(request, response);
    });
  }

  /** Starts the upstream of a number; what arrives at it is noted in `arrivals`. */
  static async start(number: number, arrivals: Arrival[], scope: Scope): Promise<MoodyUpstream> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const upstream = new MoodyUpstream(server, number, arrivals);
    scope.add(() => upstream.turn("refused"));
    return upstream;
  }

  /** Changes how it takes requests from now on. */
  async turn(mood: Mood): Promise<void> {
    this.#mood = mood;
    if ((mood === "refused") === !this.#server.listening) return;
    if (mood === "refused") {
      const closed = once(this.#server, "close");
      this.#server.close();
      this.#server.closeAllConnections();
      await closed;
      return;
    }
    this.#server.listen(this.port, "127.0.0.1");
    await once(this.#server, "listening");
  }

  /** Answers a request that it holds back. */
  release(id: string): void {
    this.#held.get(id)?.end();
    this.#held.delete(id);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const id = String(request.headers["x-id"]);
    this.#arrivals.push({ id, at: this.#number });
    if (this.#mood === "empty") {
      request.socket.destroy();
      return;
    }
    if (typeof this.#mood !== "number") return;
    response.writeHead(this.#mood, { "content-length": 0, connection: "close" });
    if (request.headers["x-hold"] === undefined) response.end();
    else this.#held.set(id, response);
  }
}
