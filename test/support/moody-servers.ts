import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Scope } from "../../simulator/kernel/scope.ts";
import type { ServerOutcome } from "../../simulator/offline/trace-line.ts";

/** A real server on a port of its own, which behaves as it is told. */
export class MoodyServer {
  #server: Server | undefined;
  #outcome: ServerOutcome = "ok";
  port = 0;

  get address(): string {
    return `127.0.0.1:${String(this.port)}`;
  }

  async start(): Promise<void> {
    const server = createServer((_request, response) => {
      if (this.#outcome === "timeout") return;
      response.statusCode = typeof this.#outcome === "number" ? this.#outcome : 200;
      response.end("answer");
    });
    server.listen(this.port, "127.0.0.1");
    await once(server, "listening");
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** From now on it answers well, refuses connections, never answers, or answers a status. */
  async become(outcome: ServerOutcome): Promise<void> {
    const wasOpen = this.#outcome !== "refused";
    this.#outcome = outcome;
    if (outcome === "refused" && wasOpen) await this.stop();
    if (outcome !== "refused" && !wasOpen) await this.start();
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  }

  /** So many servers, which stop with the scope. */
  static async startAll(count: number, scope: Scope): Promise<MoodyServer[]> {
    const servers = Array.from({ length: count }, () => new MoodyServer());
    for (const server of servers) {
      await server.start();
      scope.add(() => server.stop());
    }
    return servers;
  }
}
