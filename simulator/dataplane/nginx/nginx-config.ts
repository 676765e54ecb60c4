import { join } from "node:path";
import { userInfo } from "node:os";
import { ATTEMPT_HEADERS } from "../../protocol/headers.ts";
import type { BalancerId, RetrySpec, ServiceSpec } from "../../protocol/spec.ts";
import type { ProgramServer, ProgramSetup } from "../program.ts";

/** The variable that holds a header. */
const variableOf = (header: string): string => `$http_${header.replaceAll("-", "_")}`;

/** One line a request, as JSON. */
const LOG_FORMAT = [
  `{"key":"${variableOf(ATTEMPT_HEADERS.exchange)}"`,
  `"addresses":"$upstream_addr"`,
  `"statuses":"$upstream_status"`,
  `"times":"$upstream_response_time"}`,
].join(",");

/** The configuration of an nginx that balances one service. */
export function nginxConfig(setup: ProgramSetup, servers: readonly ProgramServer[]): string {
  const { spec, folder, port, logPort, algorithm } = setup;
  const method = methodOf(algorithm, spec.balancer.key);
  const timeout = `${Math.max(1, Math.round(spec.timeout))}ms`;
  const temps = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const next = nextUpstream(setup.retries ? spec.retry : undefined);
  return `daemon off;
master_process on;
worker_processes 1;
pid ${quoted(join(folder, "nginx.pid"))};
error_log stderr notice;
${userLine()}events { worker_connections 4096; }
http {
  log_format fuseboard escape=json '${LOG_FORMAT}';
  access_log syslog:server=127.0.0.1:${logPort},nohostname fuseboard;
${temps.map((name) => `  ${name}_temp_path ${quoted(join(folder, name))};`).join("\n")}
  set_real_ip_from 127.0.0.1;
  real_ip_header ${ATTEMPT_HEADERS.client};
  # A connection for each call: a reload closes none that the next call would take.
  keepalive_timeout 0;
  client_max_body_size 0;
  ignore_invalid_headers off;
  underscores_in_headers on;
  merge_slashes off;
  upstream instances {
${[...(method ? [method] : []), ...serversOf(servers)].map((line) => `    ${line};`).join("\n")}
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://instances;
      proxy_http_version 1.1;
      proxy_buffering off;
      proxy_connect_timeout ${timeout};
      proxy_send_timeout ${timeout};
      proxy_read_timeout ${timeout};
${next.map((line) => `      ${line};`).join("\n")}
    }
  }
}
`;
}

function methodOf(algorithm: BalancerId, key = "$remote_addr"): string | undefined {
  switch (algorithm) {
    case "least-connections":
      return "least_conn";
    case "ip-hash":
      return "ip_hash";
    case "hash":
      return `hash ${quoted(key)}`;
    case "consistent-hash":
      return `hash ${quoted(key)} consistent`;
    case "random":
      return "random";
    case "power-of-two":
      return "random two least_conn";
    default:
      return undefined;
  }
}

/** An upstream must have a server, and without an instance there is one that is down. */
function serversOf(servers: readonly ProgramServer[]): string[] {
  const lines = servers.map(({ port, weight, state, server }) =>
    [
      `server 127.0.0.1:${port}`,
      ...(weight > 1 ? [`weight=${weight}`] : []),
      `max_fails=${server.maxFails}`,
      `fail_timeout=${Math.ceil(server.failTimeout / 1000)}s`,
      ...(server.maxConnections > 0 ? [`max_conns=${server.maxConnections}`] : []),
      ...(server.backup ? ["backup"] : []),
      ...(state !== "ready" || weight === 0 ? ["down"] : []),
    ].join(" "),
  );
  return lines.length > 0 ? lines : ["server 127.0.0.1:1 down"];
}

function nextUpstream(retry: RetrySpec | ServiceSpec["retry"]): string[] {
  if (retry?.rules !== "nginx" || retry.on.length === 0) return ["proxy_next_upstream off"];
  return [
    `proxy_next_upstream ${retry.on.join(" ")}`,
    `proxy_next_upstream_tries ${retry.tries}`,
    `proxy_next_upstream_timeout ${Math.round(retry.timeout)}ms`,
  ];
}

/** Started as root, the worker stays who we are: its folders are ours alone. */
function userLine(): string {
  if (process.getuid?.() !== 0) return "";
  const { username } = userInfo();
  return `user ${username} ${process.platform === "darwin" ? "wheel" : username};\n`;
}

/** A word of the configuration, whatever is in it; nginx's variables stay variables. */
function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
