import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { tempFolder } from "./temp-folder.ts";
import { until } from "./until.ts";

/** A running HAProxy with one thread. */
export interface RealHaproxy {
  readonly port: number;
  /** Asks its runtime API; the answer without the blank lines at its end. */
  command(text: string): Promise<string>;
}

/** Another program may take a free port first. */
const STARTS = 3;

/**
 * Starts HAProxy with a frontend `in` on a free port that uses the backend `be` of
 * `backend`, and ends it with the scope. Rejects with what it printed when it does not start.
 */
export async function startHaproxy(
  haproxy: string,
  backend: string,
  scope: Scope,
): Promise<RealHaproxy> {
  for (let start = 1; ; start++) {
    const own = scope.child();
    try {
      return await startOnce(haproxy, backend, own);
    } catch (error) {
      await own.dispose();
      if (start === STARTS) throw error;
    }
  }
}

async function startOnce(haproxy: string, backend: string, scope: Scope): Promise<RealHaproxy> {
  const folder = await tempFolder(scope, "haproxy");
  const port = await freePort();
  const socket = join(folder, "admin.sock");
  const config = `global
  nbthread 1
  stats socket ${socket} level admin
  maxconn 200
defaults
  mode http
  timeout client 20s
frontend in
  bind 127.0.0.1:${String(port)}
  default_backend be
${backend}
`;
  const file = join(folder, "haproxy.cfg");
  await writeFile(file, config);
  const child = spawn(haproxy, ["-db", "-f", file], { stdio: ["ignore", "ignore", "pipe"] });
  let printed = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const exited = once(child, "exit");
  scope.add(async () => {
    child.kill("SIGTERM");
    await exited;
  });
  const up = await until(async () => child.exitCode !== null || (await isOpen(socket)), {
    timeoutMs: 10_000,
    everyMs: 10,
  });
  if (!up || child.exitCode !== null) {
    throw new Error(`haproxy did not start: ${printed}\n${config}`);
  }
  return { port, command: (text) => ask(socket, text) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await once(server.close(), "close");
  return port;
}

function isOpen(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => {
      resolve(false);
    });
  });
}

async function ask(path: string, text: string): Promise<string> {
  const socket = connect(path);
  socket.setEncoding("utf8");
  let answer = "";
  socket.on("data", (part: string) => (answer += part));
  socket.write(`${text}\n`);
  await once(socket, "close");
  return answer.trimEnd();
}

/** The rows of `show stat` of the backend `be`, by server; the backend itself is `BACKEND`. */
export async function statsOf(
  haproxy: RealHaproxy,
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const [head = "", ...lines] = (await haproxy.command("show stat be 6 -1")).split("\n");
  const names = head.replace(/^# /, "").split(",");
  return new Map(
    lines.map((line) => {
      const fields = line.split(",");
      return [fields[1] ?? "", new Map(names.map((name, i) => [name, fields[i] ?? ""]))];
    }),
  );
}
