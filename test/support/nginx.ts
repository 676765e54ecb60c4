import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, request, Agent, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, createServer as createSocketServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { tempFolder } from "./temp-folder.ts";
import { until } from "./until.ts";

/** A server behind a balancer; it says which one it is. */
export interface Upstream {
  readonly port: number;
}

/** Requests that upstreams hold back, by their path. */
export class Held {
  readonly #waiting = new Map<string, ServerResponse>();

  hold(path: string, response: ServerResponse): void {
    this.#waiting.set(path, response);
  }

  release(path: string): void {
    this.#waiting.get(path)?.end();
    this.#waiting.delete(path);
  }
}

/**
 * Starts upstreams 1 to `count`. Each answers with its number in the header `upstream`: paths
 * under `/hold/` when they are released, all others at once.
 */
export async function startUpstreams(count: number, held: Held, scope: Scope): Promise<Upstream[]> {
  const start = async (number: number): Promise<Upstream> => {
    const server = createServer((incoming, response) => {
      response.setHeader("upstream", String(number));
      // The head goes out now, so that the one who asks knows where a held request went.
      response.flushHeaders();
      if (incoming.url?.startsWith("/hold/")) held.hold(incoming.url, response);
      else response.end();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    scope.add(async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    });
    return { port: (server.address() as AddressInfo).port };
  };
  return Promise.all(Array.from({ length: count }, (_, i) => start(i + 1)));
}

/** An nginx with one worker. One `server` block for each upstream block, on a port of its own. */
export async function startNginx(
  nginx: string,
  upstreamBlocks: readonly string[],
  scope: Scope,
): Promise<number[]> {
  const folder = await tempFolder(scope, "nginx");
  const ports = await freePorts(upstreamBlocks.length);
  const temps = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${join(folder, name)};`)
    .join("\n  ");
  const servers = upstreamBlocks.map(
    (block, i) => `  upstream u${String(i)} { ${block} }
  server {
    listen 127.0.0.1:${String(ports[i])};
    location / { proxy_pass http://u${String(i)}; proxy_buffering off; proxy_next_upstream off; }
  }`,
  );
  const config = `daemon off;
master_process off;
worker_processes 1;
pid ${join(folder, "nginx.pid")};
error_log stderr;
events { worker_connections 1024; }
http {
  access_log off;
  ${temps}
${servers.join("\n")}
}
`;
  const file = join(folder, "nginx.conf");
  await writeFile(file, config);
  const child = spawn(nginx, ["-p", folder, "-e", "stderr", "-c", file], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let printed = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const exited = once(child, "exit");
  scope.add(async () => {
    child.kill("SIGTERM");
    await exited;
  });
  const up = await until(
    async () => child.exitCode !== null || (await Promise.all(ports.map(isOpen))).every(Boolean),
    { timeoutMs: 10_000 },
  );
  if (!up || child.exitCode !== null) throw new Error(`nginx did not start: ${printed}\n${config}`);
  return ports;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createSocketServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

/** Asks an nginx, over connections that are kept alive. */
export class Asker {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #open = new Map<string, IncomingMessage>();

  constructor(scope: Scope) {
    scope.add(() => this.#agent.destroy());
  }

  /** Asks and waits for the whole answer. */
  async ask(port: number, path: string): Promise<number> {
    const response = await this.#head(port, path);
    response.resume();
    await once(response, "end");
    return numberOf(response);
  }

  /** Asks and leaves the answer under way, until {@link finish}. */
  async begin(port: number, path: string): Promise<number> {
    const response = await this.#head(port, path);
    this.#open.set(path, response);
    return numberOf(response);
  }

  /** Reads the rest of an answer that {@link begin} left under way. */
  async finish(path: string): Promise<void> {
    const response = this.#open.get(path);
    this.#open.delete(path);
    if (!response) throw new Error(`Nothing is under way at ${path}.`);
    response.resume();
    if (!response.readableEnded) await once(response, "end");
  }

  #head(port: number, path: string): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const sent = request({ host: "127.0.0.1", port, path, agent: this.#agent });
      sent.on("response", resolve).on("error", reject).end();
    });
  }
}

function numberOf(response: IncomingMessage): number {
  const number = Number(response.headers.upstream);
  if (!Number.isInteger(number)) throw new Error(`No upstream: ${String(response.statusCode)}`);
  return number;
}
