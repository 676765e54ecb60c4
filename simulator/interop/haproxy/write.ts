import { checkTimesOf } from "../../protocol/check-times.ts";
import type { ServiceSpec } from "../../protocol/spec.ts";
import type { Exported, Finding } from "../contract.ts";
import { balanceLines } from "./write-balance.ts";
import { retryLines } from "./write-retry.ts";
import { serverLines } from "./write-server.ts";
import { written, writtenTime } from "./write-word.ts";

const HEAD = `defaults
    mode http
    timeout client 1m
    timeout connect 5s
    timeout server 1m
`;

/** Writes a configuration that HAProxy starts with: a frontend, and a backend for each service. */
export function writeHaproxy(
  services: Readonly<Record<string, ServiceSpec>>,
  version?: string,
): Exported {
  const findings: Finding[] = [];
  const backends = Object.entries(services).map(([name, service]) =>
    backendOf(name, service, version, findings),
  );
  const text = [HEAD, frontendOf(Object.keys(services)), ...backends].join("\n");
  return { text, findings };
}

function frontendOf(names: readonly string[]): string {
  const [first] = names;
  return [
    "frontend fuseboard",
    "    bind 127.0.0.1:8080",
    ...names.map(
      (name) => `    use_backend ${name} if { path /${name} } || { path_beg /${name}/ }`,
    ),
    ...(first === undefined ? [] : [`    default_backend ${first}`]),
    "",
  ].join("\n");
}

function backendOf(
  name: string,
  service: ServiceSpec,
  version: string | undefined,
  findings: Finding[],
): string {
  const comments = new Set<string>();
  const tell = (message: string) => {
    if (comments.has(message)) return;
    comments.add(message);
    findings.push({ file: name, line: 1, column: 1, severity: "warning", message });
  };
  tellOfWhatIsLeftOut(service, tell);
  const { balancer, health, instances, timeout } = service;
  const lines = [
    ...balanceLines(balancer, tell),
    ...retryLines(service.retry, instances, version, tell),
    `timeout server ${writtenTime(timeout)}`,
    `timeout queue ${writtenTime(balancer.queueTimeout ?? timeout)}`,
    ...checkTimeout(service, tell),
    ...(health.kind === "http" ? [`option httpchk GET ${written(health.http)}`] : []),
    ...serverLines(service, tell),
  ];
  const indented = [...[...comments].map((comment) => `# ${comment}`), ...lines];
  return [`backend ${name}`, ...indented.map((line) => `    ${line}`), ""].join("\n");
}

/** Without `timeout check` HAProxy gives each server's check its own `inter`. */
function checkTimeout({ health, balancer }: ServiceSpec, tell: (message: string) => void) {
  if (health.kind === "none") return [];
  const times = (balancer.servers ?? [])
    .filter(({ check }) => check)
    .map((server) => checkTimesOf(health, server));
  const isOne = times.every(({ timeout }) => timeout === health.timeout);
  if (!isOne && times.every(({ timeout, interval }) => timeout === interval)) return [];
  if (!isOne) tell("HAProxy's `timeout check` is of all servers of a backend; nearest is one.");
  return [`timeout check ${writtenTime(health.timeout)}`];
}

function tellOfWhatIsLeftOut(
  { balancer, breaker, bulkhead, fallback, rateLimit, hedge, retry }: ServiceSpec,
  tell: (message: string) => void,
): void {
  if (breaker) tell("HAProxy has no circuit breaker; it is left out.");
  if (bulkhead) tell("HAProxy has no bulkhead; it is left out. Nearest: maxconn of the servers.");
  if (fallback) tell("HAProxy has no fallback; it is left out. Nearest: a backup server.");
  if (rateLimit) {
    tell("A rate limit in HAProxy is a stick table with http_req_rate; it is left out.");
  }
  if (hedge) tell("HAProxy sends no second request beside a slow one; hedge is left out.");
  if (retry?.rules === "fuseboard" && (retry.budget ?? retry.perTryTimeout) !== undefined) {
    tell("HAProxy has no retry budget and no timeout of one try; both are left out.");
  }
  if (balancer.slowStart)
    tell("HAProxy's slowstart is of a server; Envoy's slow start is left out.");
}
