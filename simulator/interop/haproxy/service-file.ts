import type { BalancerFile, ServiceFile } from "../../protocol/spec.ts";
import { durationOf, NEVER } from "./durations.ts";
import { healthOf, ownHealthOf } from "./health.ts";
import type { Balance, HashType, Proxy, ProxySettings, ServerLine } from "./proxy.ts";
import type { Report } from "./report.ts";
import { isThisMachine, readServerAddress } from "./server-address.ts";
import { hasRelease } from "../../kernel/release.ts";

type ServerFile = NonNullable<BalancerFile["servers"]>[number];

/** As many instances as a service may have. */
const MOST_SERVERS = 100;
/** How simulated servers answer until somebody knows better. */
const SYNTHETIC = { latency: "20ms", errorRate: "0%" } as const;

/** A section with servers as a service of a cluster file; only what is not its default. */
export function serviceFile(
  proxy: Proxy,
  version: string | undefined,
  report: Report,
): ServiceFile {
  const { settings, line } = proxy;
  const servers = proxy.servers.slice(0, MOST_SERVERS);
  if (proxy.servers.length > MOST_SERVERS) {
    const message = `Only the first ${MOST_SERVERS} of ${proxy.servers.length} servers are read: a service has no more instances.`;
    report.add("warning", { line, column: 1 }, message);
  }
  if (settings.serverMs === undefined) {
    const message = `Without \`timeout server\` HAProxy waits for ever; the nearest there is is ${NEVER}.`;
    report.add("note", { line, column: 1 }, message);
  }
  const isChecked = servers.some(({ check }) => check);
  const queueMs = settings.queueMs ?? settings.connectMs;
  return {
    synthetic: SYNTHETIC,
    instances: servers.length,
    balancer: {
      ...balancerOf(proxy, version, report),
      ...(version !== undefined && /^\d+(\.\d+){0,2}$/.test(version) && { version }),
      servers: servers.map((server) => serverFile(server, proxy, isChecked, report)),
      ...(settings.allBackups && { allBackups: true }),
      queueTimeout: queueMs === undefined ? NEVER : durationOf(queueMs),
      ...(settings.fullConnections > 0 && { fullConnections: settings.fullConnections }),
    },
    health: healthOf(proxy),
    timeout: settings.serverMs === undefined ? NEVER : durationOf(settings.serverMs),
    retry: retryOf(settings),
  };
}

function balancerOf(proxy: Proxy, version: string | undefined, report: Report): BalancerFile {
  const { settings, balanceLine, line } = proxy;
  // 3.3 draws servers where earlier releases took turns.
  const preset: Balance = hasRelease(version, "3.3")
    ? { kind: "random", draws: 2 }
    : { kind: "roundrobin" };
  const balance = settings.balance ?? preset;
  if (["uri", "url_param", "hdr"].includes(balance.kind) && settings.mode !== "http") {
    const what = `Layer 7 hash not possible for ${proxy.kind === "listen" ? "proxy" : proxy.kind} '${proxy.name}' (needs 'mode http').`;
    const place = { line: balanceLine ?? line, column: 1 };
    report.add("warning", place, `${what} Falling back to round robin.`);
    return { algorithm: "haproxy-roundrobin" };
  }
  return { ...algorithmOf(balance, report, balanceLine ?? line), ...hashOf(balance, settings) };
}

function algorithmOf(balance: Balance, report: Report, line: number): BalancerFile {
  switch (balance.kind) {
    case "roundrobin":
    case "static-rr":
    case "leastconn":
    case "first":
    case "source":
      return { algorithm: `haproxy-${balance.kind}` };
    case "uri": {
      const { kind, length, depth, whole, pathOnly } = balance;
      const uri = {
        ...(length !== undefined && { length }),
        ...(depth !== undefined && { depth }),
        ...(whole && { whole }),
        ...(pathOnly && { pathOnly }),
      };
      const isPlain = Object.keys(uri).length === 0;
      return { algorithm: `haproxy-${kind}`, ...(!isPlain && { uri }) };
    }
    case "url_param":
      return { algorithm: "haproxy-url-param", parameter: balance.name };
    case "hdr":
      return {
        algorithm: "haproxy-hdr",
        header: balance.name,
        ...(balance.domainOnly && { domainOnly: true }),
      };
    case "random": {
      const draws = Math.min(balance.draws, 100);
      if (draws < balance.draws) {
        report.add("warning", { line, column: 1 }, `The nearest there is are ${draws} draws.`);
      }
      return { algorithm: "haproxy-random", ...(draws !== 2 && { draws }) };
    }
  }
}

const HASHED: readonly Balance["kind"][] = ["source", "uri", "url_param", "hdr", "random"];

/** The hash's settings, where the algorithm has one. */
function hashOf(balance: Balance, settings: ProxySettings): Pick<BalancerFile, "hash"> {
  const { hashType, hashBalanceFactor: balanceFactor } = settings;
  if (!HASHED.includes(balance.kind)) return {};
  const hash = {
    ...(hashType && typeOf(hashType)),
    ...(balanceFactor > 0 && { balanceFactor }),
  };
  return Object.keys(hash).length > 0 ? { hash } : {};
}

function typeOf(hashType: HashType): NonNullable<BalancerFile["hash"]> {
  const { type, avalanche } = hashType;
  const named = hashType.function;
  return {
    ...(type !== "map-based" && { type }),
    ...(named !== undefined && named !== "sdbm" && { function: named }),
    // Said both ways: it is on by itself where no function is named.
    ...(type === "consistent" && { avalanche: avalanche ?? false }),
    ...(type !== "consistent" && avalanche && { avalanche }),
  };
}

function serverFile(
  server: ServerLine,
  proxy: Proxy,
  isChecked: boolean,
  report: Report,
): ServerFile {
  const health = ownHealthOf(server, proxy);
  const read = readServerAddress(server.address);
  const external =
    !("error" in read) && !read.isSpecial && read.port > 0 && isThisMachine(read.host);
  const { line, column, endColumn } = server;
  let [maxConnections, minConnections] = [server.maxConnections, server.minConnections];
  if (minConnections > maxConnections) {
    const message = `With no greater \`maxconn\`, ${minConnections} is the limit, and it does not move.`;
    report.add("note", { line, column, endColumn }, message);
    [maxConnections, minConnections] = [minConnections, 0];
  }
  return {
    name: server.name,
    address: server.address,
    ...(server.id !== undefined && { id: server.id }),
    ...(external && { external }),
    ...(server.weight !== 1 && { weight: server.weight }),
    ...(maxConnections > 0 && { maxConnections }),
    ...(minConnections > 0 && { minConnections }),
    ...(server.maxQueue > 0 && { maxQueue: server.maxQueue }),
    ...(server.backup && { backup: true }),
    ...(server.disabled && { down: true }),
    ...(server.slowStartMs > 0 && { slowStart: durationOf(server.slowStartMs) }),
    ...(isChecked && !server.check && { check: false }),
    ...(health && Object.keys(health).length > 0 && { health }),
    ...(server.observe !== "none" && { observe: server.observe }),
    ...(server.errorLimit !== 10 && { errorLimit: server.errorLimit }),
    ...(server.onError !== "fail-check" && { onError: server.onError }),
  };
}

function retryOf(settings: ProxySettings): ServiceFile["retry"] {
  const { retries, retryOn, redispatch, connectMs } = settings;
  const isPreset = retryOn.length === 1 && retryOn[0] === "conn-failure";
  return {
    rules: "haproxy",
    ...(retries !== 3 && { retries }),
    ...(!isPreset && { on: retryOn as NonNullable<HaproxyRetryFile["on"]> }),
    // `option redispatch 0` is on: only no retry goes elsewhere because of its number.
    ...(redispatch !== undefined && { redispatch: redispatch === 0 ? retries + 1 : redispatch }),
    ...(connectMs !== undefined && connectMs !== 5000 && { connectTimeout: durationOf(connectMs) }),
  };
}
type HaproxyRetryFile = Extract<ServiceFile["retry"], { rules: "haproxy" }>;
