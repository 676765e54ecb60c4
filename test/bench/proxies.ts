import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { endTree, isAlive } from "../support/processes.ts";
import { findProgram } from "../support/required-programs.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

/** The npm package http-proxy in a process of its own; its address. */
export async function startHttpProxy(scope: Scope, ports: readonly number[]): Promise<string> {
  const script = join(import.meta.dirname, "http-proxy-server.ts");
  const child = spawn(process.execPath, [script, ...ports.map(String)], {
    // Its own warnings about deprecated calls say nothing of ours.
    env: { ...process.env, NODE_NO_WARNINGS: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.pid !== undefined) scope.add(endTree.bind(undefined, child.pid));
  for await (const port of createInterface({ input: child.stdout })) {
    return `http://127.0.0.1:${port}`;
  }
  throw new Error("http-proxy ended.");
}

/** nginx with one worker and kept-alive upstream connections; its address, if it is installed. */
export async function startNginx(
  scope: Scope,
  ports: readonly number[],
): Promise<string | undefined> {
  const nginx = findProgram("nginx");
  if (nginx === undefined) return undefined;
  const folder = await tempFolder(scope, "nginx");
  const port = await freePort();
  const file = join(folder, "nginx.conf");
  await writeFile(file, configuration(folder, port, ports));
  const args = ["-c", file, "-p", folder, "-e", join(folder, "error.log")];
  return startProgram(scope, nginx, args, port);
}

/** HAProxy with one thread and kept-alive server connections; its address, if it is installed. */
export async function startHaproxy(
  scope: Scope,
  ports: readonly number[],
): Promise<string | undefined> {
  const haproxy = findProgram("haproxy");
  if (haproxy === undefined) return undefined;
  const folder = await tempFolder(scope, "haproxy");
  const port = await freePort();
  const file = join(folder, "haproxy.cfg");
  const servers = ports.map((each, i) => `  server s${String(i)} 127.0.0.1:${String(each)}`);
  await writeFile(
    file,
    `
global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  http-reuse always
frontend in
  bind 127.0.0.1:${String(port)}
  default_backend instances
backend instances
  balance roundrobin
${servers.join("\n")}
`,
  );
  return startProgram(scope, haproxy, ["-db", "-f", file], port);
}

/** Starts a program that listens on a port; its address once it answers. */
async function startProgram(
  scope: Scope,
  program: string,
  args: readonly string[],
  port: number,
): Promise<string> {
  const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"] });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} could not be started.`);
  scope.add(() => endTree(pid));
  const url = `http://127.0.0.1:${String(port)}`;
  const answers = async (): Promise<boolean> => {
    if (!isAlive(pid)) throw new Error(`${program} ended.`);
    return fetch(url).then(
      () => true,
      () => false,
    );
  };
  if (!(await until(answers, { timeoutMs: 10_000 }))) throw new Error(`${program} is silent.`);
  return url;
}

function configuration(folder: string, port: number, upstreams: readonly number[]): string {
  const servers = upstreams.map((each) => `server 127.0.0.1:${String(each)};`).join(" ");
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${join(folder, name)};`)
    .join(" ");
  return `
daemon off;
worker_processes 1;
pid ${join(folder, "nginx.pid")};
events { worker_connections 1024; }
http {
  access_log off;
  ${paths}
  keepalive_requests 1000000;
  upstream instances { ${servers} keepalive 64; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${String(port)};
    location / {
      proxy_pass http://instances;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
