import { Server, type ServiceSpec } from "../../protocol/spec.ts";
import { methodFor } from "./method-equivalents.ts";
import { parseAddress } from "./server-address.ts";
import type { ServiceText } from "./service-text.ts";
import { comment, quoted } from "./words.ts";

type ServerSpec = ReturnType<typeof Server.parse>;

/** A host name has 253 characters at most. */
const LONGEST_ADDRESS = 260;

/** Gives out addresses for servers that have none. */
export interface Addresses {
  next(): string;
}

/** Writes an `upstream` of a service's servers. */
export function writeUpstream(
  text: ServiceText,
  name: string,
  service: ServiceSpec,
  addresses: Addresses,
): void {
  const { balancer } = service;
  text.add(`upstream ${name} {`);
  const { directive, backups, remarks } = methodFor(balancer);
  for (const remark of remarks) text.remark(remark);
  remarkBalancer(text, service);

  const servers = serversOf(text, service);
  const hasBackup = servers.some(({ backup }) => backup);
  // Behind these methods nginx refuses `backup`; before them it takes it.
  const methodLast = hasBackup && !backups;
  if (directive !== undefined && !methodLast) text.add(`${directive};`);
  for (const [i, server] of servers.entries()) {
    writeServer(text, server, `${name}-${i + 1}`, service, addresses);
  }
  if (directive !== undefined && methodLast) text.add(`${directive};`);
  text.add("}");
}

/** As many as there are instances; at least one, of which one is no backup, as nginx wants it. */
function serversOf(text: ServiceText, { balancer, instances }: ServiceSpec): readonly ServerSpec[] {
  const servers = Array.from(
    { length: instances },
    (_, i) => balancer.servers?.[i] ?? Server.parse({}),
  );
  const [first] = servers;
  if (!first) {
    text.remark("no instances: nginx needs a server; nearest is one that is down");
    return [Server.parse({ down: true })];
  }
  if (!servers.every(({ backup }) => backup)) return servers;
  text.remark("all servers are backups: nginx needs another; nearest is the first of them");
  return [{ ...first, backup: false }, ...servers.slice(1)];
}

function writeServer(
  text: ServiceText,
  server: ServerSpec,
  instance: string,
  service: ServiceSpec,
  addresses: Addresses,
): void {
  const name = server.name ?? instance;
  const known = server.address !== undefined && isUsable(server.address);
  if (server.address !== undefined && !known) {
    text.remark(`address ${JSON.stringify(server.address)} of ${name}: not one of nginx's`);
  }
  remarkServer(text, server, name);
  const checked = service.health.kind !== "none" && server.check;
  const maxFails = checked && server.maxFails === 0 ? service.health.fall : server.maxFails;
  const failSeconds = Math.ceil(server.failTimeout / 1000);
  if (failSeconds * 1000 !== server.failTimeout) {
    text.remark(`failTimeout of ${name}: nginx counts seconds; nearest is ${failSeconds}s`);
  }
  if (server.weight === 0) {
    text.remark(`weight 0 of ${name}: nginx has none; nearest is down`);
  }
  const parameters = [
    ...(server.weight > 1 ? [`weight=${server.weight}`] : []),
    ...(maxFails === 1 ? [] : [`max_fails=${maxFails}`]),
    ...(failSeconds === 10 ? [] : [`fail_timeout=${failSeconds}s`]),
    ...(server.maxConnections > 0 ? [`max_conns=${server.maxConnections}`] : []),
    ...(server.backup ? ["backup"] : []),
    ...(server.down || server.weight === 0 ? ["down"] : []),
  ];
  const address = known ? quoted(server.address ?? "") : addresses.next();
  const note = known && server.name === undefined ? "" : ` ${comment(name)}`;
  text.add(`${["server", address, ...parameters].join(" ")};${note}`);
}

/** Whether nginx takes an address without asking anything strange of the resolver. */
function isUsable(address: string): boolean {
  if (address.length > LONGEST_ADDRESS) return false;
  const parsed = parseAddress(address);
  return typeof parsed === "object" && (parsed.kind !== "name" || /^[\w.-]+$/.test(parsed.host));
}

function remarkServer(text: ServiceText, server: ServerSpec, name: string): void {
  if (server.slowStart > 0) {
    text.remark(`slowStart of ${name}: only in the commercial nginx; left out`);
  }
  if (server.minConnections > 0) {
    text.remark(`minConnections of ${name}: nearest in nginx is max_conns alone`);
  }
  if (server.maxQueue > 0) text.remark(`maxQueue of ${name}: nginx has no queue; left out`);
  if (server.observe !== "none") {
    text.remark(`observe of ${name}: nearest in nginx is max_fails`);
  }
}

function remarkBalancer(
  text: ServiceText,
  { balancer, health, bulkhead, breaker, rateLimit, hedge, retry }: ServiceSpec,
): void {
  if (health.kind !== "none") {
    text.remark(
      `health checks: nginx has none of its own; nearest is max_fails=${health.fall}, by calls`,
    );
  }
  if (breaker) text.remark("breaker: nearest in nginx are max_fails and fail_timeout");
  if (rateLimit) text.remark("rateLimit: nearest in nginx is limit_req with its burst");
  if (hedge) text.remark("hedge: nginx asks one server after the other; left out");
  if (retry?.rules === "fuseboard" && (retry.budget ?? retry.perTryTimeout) !== undefined) {
    text.remark("retry budget: none in nginx; nearest is proxy_next_upstream_tries");
  }
  if (bulkhead) text.remark("bulkhead: nearest in nginx is max_conns of each server");
  if (balancer.outlier) text.remark("outlier: nearest in nginx are max_fails and fail_timeout");
  if (balancer.slowStart) text.remark("slowStart: only in the commercial nginx; left out");
  if (balancer.allBackups) text.remark("allBackups: nginx always uses all of them; left out");
  if (balancer.queueTimeout !== undefined) {
    text.remark("queueTimeout: nginx has no queue; left out");
  }
  if (balancer.fullConnections > 0) text.remark("fullConnections: nearest in nginx is max_conns");
  if (balancer.hash && balancer.hash.balanceFactor > 0) {
    text.remark("hash.balanceFactor: nearest in nginx is max_conns");
  }
}
