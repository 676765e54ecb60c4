import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { tempFolder } from "./temp-folder.ts";
import { until } from "./until.ts";

/** A port of the loopback interface that nobody uses at the moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No port was bound.");
  return address.port;
}

/**
 * Starts etcd with an empty store; it is killed when the scope ends. Resolves with its address
 * when it serves clients.
 */
export async function startRealEtcd(
  program: string,
  scope: Scope,
  flags: readonly string[] = [],
): Promise<string> {
  const folder = await tempFolder(scope, "etcd");
  const address = `127.0.0.1:${String(await freePort())}`;
  const client = `http://${address}`;
  const peer = `http://127.0.0.1:${String(await freePort())}`;
  const urls = {
    "data-dir": folder,
    "listen-client-urls": client,
    "advertise-client-urls": client,
    "listen-peer-urls": peer,
    "initial-advertise-peer-urls": peer,
    "initial-cluster": `default=${peer}`,
  };
  const args = Object.entries(urls).flatMap(([flag, value]) => [`--${flag}`, value]);
  const child = spawn(program, [...args, "--logger", "zap", ...flags], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (log += text));
  scope.add(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  const serves = () => log.includes("serving client traffic");
  const started = await until(() => serves() || child.exitCode !== null, {
    timeoutMs: 20_000,
    everyMs: 10,
  });
  if (!started || !serves()) throw new Error(`etcd did not start:\n${log}`);
  return address;
}
