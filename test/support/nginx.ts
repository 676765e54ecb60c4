import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { tempFolder } from "./temp-folder.ts";
import { until } from "./until.ts";

/** How a server takes a request: it answers a status, or in one of three ways does not. */
export type Mood = number | "refuses" | "resets" | "hangs";

/**
 * Below the ports that systems give to outgoing connections, so that nobody takes the port of a
 * server that does not listen for a while.
 */
let nextPort = 20_000 + Math.floor(Math.random() * 8000);

/** A server behind a balancer. Requests under `/hold/` it answers when they are released. */
export class Upstream {
  readonly #held: Map<string, ServerResponse>;
  #server: Server | undefined;
  #mood: Mood = 200;
  port = 0;

  constructor(held: Map<string, ServerResponse>) {
    this.#held = held;
  }

  async start(scope: Scope): Promise<void> {
    while (!(await this.#listen(nextPort))) nextPort++;
    this.port = nextPort++;
    scope.add(() => this.#close(true));
  }

  async become(mood: Mood): Promise<void> {
    const [was, is] = [this.#mood, mood].map((each) => each !== "refuses");
    this.#mood = mood;
    if (was && !is) await this.#close(false);
    if (is && !was && !(await this.#listen(this.port))) {
      throw new Error(`Port ${String(this.port)} was taken by somebody else.`);
    }
  }

  #answer(path: string, response: ServerResponse): void {
    const mood = this.#mood;
    if (mood === "hangs") return;
    if (typeof mood !== "number") {
      response.destroy();
      return;
    }
    response.statusCode = mood;
    if (mood !== 200 || !path.startsWith("/hold/")) {
      response.end();
      return;
    }
    // The head goes out now, so that the one who asks knows where a held request went.
    response.flushHeaders();
    this.#held.set(path, response);
  }

  async #listen(port: number): Promise<boolean> {
    const server = createServer((incoming, response) => {
      this.#answer(incoming.url ?? "", response);
    });
    const listening = Promise.race([
      once(server, "listening").then(() => true),
      once(server, "error").then(() => false),
    ]);
    server.listen(port, "127.0.0.1");
    if (!(await listening.catch(() => false))) return false;
    this.#server = server;
    return true;
  }

  /** Stops listening; what is under way goes on unless all is to end. */
  async #close(all: boolean): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = once(server, "close");
    server.close();
    if (!all) return;
    server.closeAllConnections();
    await closed;
  }
}

/** An nginx with one worker and this in its `http` block. Resolves when it listens on `ports`. */
export async function startNginx(
  nginx: string,
  http: string,
  ports: readonly number[],
  scope: Scope,
): Promise<void> {
  const folder = await tempFolder(scope, "nginx");
  const temps = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${join(folder, name)};`)
    .join("\n  ");
  const config = `daemon off;
master_process off;
worker_processes 1;
pid ${join(folder, "nginx.pid")};
error_log stderr error;
events { worker_connections 2048; }
http {
  access_log off;
  ${temps}
${http}
}
`;
  const file = join(folder, "nginx.conf");
  await writeFile(file, config);
  const child = spawn(nginx, ["-p", folder, "-e", "stderr", "-c", file], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let printed = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    printed = (printed + text).slice(-4000);
  });
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
}

/** Ports that nobody listens on. */
export async function unusedPorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = nextPort++;
    if (!(await isOpen(port))) ports.push(port);
  }
  return ports;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => {
      resolve(false);
    });
  });
}
