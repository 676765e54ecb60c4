import { join } from "node:path";
import { ATTEMPT_HEADERS } from "../../protocol/headers.ts";
import type { BalancerId, BalancerSpec, Server } from "../../protocol/spec.ts";
import { serverNumbers } from "../../protocol/server-numbers.ts";
import type { ProgramServer, ProgramSetup } from "../program.ts";

/** Places of a service; each has a spare, for an instance that replaces another. */
export const PLACES = 100;
const SPARE_IDS = 1000;

/** The name of a place in the configuration. */
export function serverName(slot: number, spare: boolean): string {
  return `s${slot + 1}${spare ? "b" : ""}`;
}

/** One line a request, as JSON. */
const LOG_FORMAT = [
  `{"key":"%[var(txn.exchange)]"`,
  `"server":"%s"`,
  `"status":"%ST"`,
  `"answer":"%Tr"`,
  `"queue":"%Tw"`,
  `"retries":"%rc"`,
  `"end":"%tsc"}`,
].join(",");

/** HAProxy runs in its folder, so this is short: a socket's whole path may have 97 characters. */
const SOCKET = "stats";

/** Where its commands are taken. */
export function socketPath(folder: string): string {
  return join(folder, SOCKET);
}

/** The configuration of a HAProxy that balances one service; `named` stand in it by their names. */
export function haproxyConfig(
  setup: ProgramSetup,
  named: ReadonlyMap<string, ProgramServer>,
): string {
  const { spec, port, logPort, algorithm } = setup;
  const { balancer, timeout } = spec;
  const retry = setup.retries && spec.retry?.rules === "haproxy" ? spec.retry : undefined;
  const ms = (value: number) => `${Math.max(1, Math.round(value))}ms`;
  const backend = [
    ...balanceOf(algorithm, balancer),
    ...(balancer.allBackups ? ["option allbackups"] : []),
    // 0 is HAProxy's word for a tenth of what its frontends take.
    `fullconn ${Math.max(1, balancer.fullConnections)}`,
    `retries ${retry?.retries ?? 0}`,
    ...(retry && retry.on.length > 0 ? [`retry-on ${retry.on.join(" ")}`] : []),
    retry && retry.redispatch !== 0
      ? `option redispatch ${retry.redispatch}`
      : "no option redispatch",
    `timeout queue ${ms(balancer.queueTimeout ?? timeout)}`,
    `timeout connect ${ms(retry?.connectTimeout ?? timeout)}`,
    `timeout server ${ms(timeout)}`,
    ...places(balancer, named, Math.round(spec.health.interval)),
  ];
  return `global
  log 127.0.0.1:${logPort} len 4096 format raw local0 info
  stats socket unix@${SOCKET} mode 600 level admin
  nbthread 1
defaults
  mode http
  log global
  log-format '${LOG_FORMAT}'
  timeout client 1h
frontend calls
  bind 127.0.0.1:${port}
  http-request set-var(txn.exchange) req.hdr(${ATTEMPT_HEADERS.exchange})
  http-request set-src req.hdr(${ATTEMPT_HEADERS.client})
  default_backend instances
backend instances
${backend.map((line) => `  ${line}`).join("\n")}
`;
}

function balanceOf(algorithm: BalancerId, spec: BalancerSpec): string[] {
  const { type, function: name, avalanche, balanceFactor } = spec.hash ?? {};
  const hashed = [
    `hash-type ${type ?? "map-based"} ${name ?? "sdbm"}${avalanche ? " avalanche" : ""}`,
    ...(balanceFactor ? [`hash-balance-factor ${balanceFactor}`] : []),
  ];
  const { length, depth, whole, pathOnly } = spec.uri ?? {};
  switch (algorithm) {
    case "haproxy-static-rr":
      return ["balance static-rr"];
    case "haproxy-leastconn":
      return ["balance leastconn"];
    case "haproxy-first":
      return ["balance first"];
    case "haproxy-source":
      return ["balance source", ...hashed];
    case "haproxy-uri": {
      const options = [
        ...(length === undefined ? [] : [`len ${length}`]),
        ...(depth === undefined ? [] : [`depth ${depth}`]),
        ...(whole ? ["whole"] : []),
        ...(pathOnly ? ["path-only"] : []),
      ];
      return [["balance uri", ...options].join(" "), ...hashed];
    }
    case "haproxy-url-param":
      return [`balance url_param ${word(spec.parameter ?? "id")}`, ...hashed];
    case "haproxy-hdr":
      return [
        `balance hdr(${word(spec.header ?? "host")})${spec.domainOnly ? " use_domain_only" : ""}`,
        ...hashed,
      ];
    case "haproxy-random":
      return [`balance random(${spec.draws})`];
    default:
      return ["balance roundrobin"];
  }
}

function word(text: string): string {
  return text.replaceAll(/[^\w.-]/g, "");
}

/** All places that instances can take, with their spares; those that nobody has are disabled. */
function places(
  { servers }: BalancerSpec,
  named: ReadonlyMap<string, ProgramServer>,
  intervalMs: number,
): string[] {
  const numbers = serverNumbers(Array.from({ length: PLACES }, (_, slot) => servers?.[slot]?.id));
  return [false, true].flatMap((spare) =>
    Array.from({ length: PLACES }, (_, slot) => {
      const name = serverName(slot, spare);
      const taken = named.get(name);
      const fixed = taken?.server ?? servers?.[slot];
      return [
        `server ${name} 127.0.0.1:${taken?.port ?? 1} id ${(numbers[slot] ?? slot + 1) + (spare ? SPARE_IDS : 0)}`,
        `weight ${taken?.weight ?? fixed?.weight ?? 1}`,
        ...(fixed ? fixedParameters(fixed, intervalMs) : []),
        ...(taken?.state === "ready" ? [] : ["disabled"]),
      ].join(" ");
    }),
  );
}

/** What no command can change. */
function fixedParameters(server: Server, intervalMs: number): string[] {
  return [
    ...(server.maxConnections > 0 ? [`maxconn ${server.maxConnections}`] : []),
    ...(server.minConnections > 0 ? [`minconn ${server.minConnections}`] : []),
    ...(server.maxQueue > 0 ? [`maxqueue ${server.maxQueue}`] : []),
    ...(server.backup ? ["backup"] : []),
    ...(server.slowStart > 0 ? [`slowstart ${Math.round(server.slowStart)}ms`] : []),
    ...(server.observe === "none"
      ? []
      : [
          `check inter ${intervalMs}ms observe ${server.observe}`,
          `error-limit ${server.errorLimit} on-error ${server.onError}`,
        ]),
  ];
}
