import { checkTimesOf } from "../../protocol/check-times.ts";
import type { Server, ServiceSpec } from "../../protocol/spec.ts";
import type { Tell } from "./write-balance.ts";
import { written, writtenTime } from "./write-word.ts";

const HEAVIEST = 256;

/** A `server` line for each instance. */
export function serverLines(service: ServiceSpec, tell: Tell): string[] {
  const { balancer, instances } = service;
  const listed = balancer.servers ?? [];
  const servers = Array.from({ length: Math.max(instances, listed.length) }, (_, i) => listed[i]);
  const heaviest = Math.max(1, ...servers.map((server) => server?.weight ?? 1));
  if (heaviest > HEAVIEST) {
    tell(`HAProxy's weights end at ${HEAVIEST}; these are scaled down to it.`);
  }
  const scale = heaviest > HEAVIEST ? HEAVIEST / heaviest : 1;
  if (servers.some((server) => server?.address === undefined)) {
    tell("Instances that Fuseboard starts have no lasting address; put yours for 192.0.2.x:8080.");
  }
  const names = new Set<string>();
  return servers.map((server, i) => {
    const name = uniqueName(server?.name ?? `s${i + 1}`, names);
    const weight = scaled(server?.weight ?? 1, scale);
    return [
      `server ${name} ${written(addressOf(server, i))}`,
      ...(server?.id === undefined ? [] : [`id ${server.id}`]),
      ...(weight === 1 ? [] : [`weight ${weight}`]),
      ...(server ? limitsOf(server) : []),
      ...checkOf(service, server, hasPort(addressOf(server, i)), tell),
    ].join(" ");
  });
}

function scaled(weight: number, scale: number): number {
  return weight === 0 ? 0 : Math.max(1, Math.round(weight * scale));
}

function uniqueName(name: string, names: Set<string>): string {
  const valid = name.replaceAll(/[^\w:.-]/g, "-");
  let unique = valid;
  for (let n = 2; names.has(unique); n++) unique = `${valid}-${n}`;
  names.add(unique);
  return unique;
}

/** As it is written, where that is an address for HAProxy too. */
function addressOf(server: Server | undefined, index: number): string {
  const address = server?.address;
  if (address === undefined) return `192.0.2.${index + 1}:8080`;
  if (address.startsWith("unix:")) return `unix@${address.slice("unix:".length)}`;
  // nginx's default; HAProxy would go on to the port that it was asked at.
  const isNginx = server?.name === undefined;
  return isNginx && !hasPort(address) ? `${address}:80` : address;
}

/** Whether an address says where to check it. */
function hasPort(address: string): boolean {
  return /:\d*[1-9]\d*$|^(unix|abns)@|^\//.test(address);
}

function limitsOf(server: Server): string[] {
  return [
    ...(server.maxConnections > 0 ? [`maxconn ${server.maxConnections}`] : []),
    ...(server.minConnections > 0 ? [`minconn ${server.minConnections}`] : []),
    ...(server.maxQueue > 0 ? [`maxqueue ${server.maxQueue}`] : []),
    ...(server.backup ? ["backup"] : []),
    ...(server.down ? ["disabled"] : []),
    ...(server.slowStart > 0 ? [`slowstart ${writtenTime(server.slowStart)}`] : []),
  ];
}

function checkOf(
  service: ServiceSpec,
  server: Server | undefined,
  hasPort: boolean,
  tell: Tell,
): string[] {
  const { health } = service;
  const isChecked = health.kind !== "none" && (server?.check ?? true);
  const times = checkTimesOf(health, server);
  const check = isChecked
    ? [
        "check",
        `inter ${writtenTime(times.interval)}`,
        ...(times.fastInterval === undefined
          ? []
          : [`fastinter ${writtenTime(times.fastInterval)}`]),
        ...(times.downInterval === undefined
          ? []
          : [`downinter ${writtenTime(times.downInterval)}`]),
        `rise ${times.rise}`,
        `fall ${times.fall}`,
      ]
    : [];
  const observe = observeOf(service, server, isChecked, tell);
  const needsPort = !hasPort && [...check, ...observe].some((word) => word.startsWith("check"));
  if (needsPort) tell("Where no port is named, servers are checked at port 80.");
  return [...check, ...observe, ...(needsPort ? ["port 80"] : [])];
}

/** What takes a server out by the calls that failed. */
function observeOf(
  { balancer }: ServiceSpec,
  server: Server | undefined,
  isChecked: boolean,
  tell: Tell,
): string[] {
  const own = [
    ...(server && server.observe !== "none" ? [`observe ${server.observe}`] : []),
    ...(server && server.errorLimit !== 10 ? [`error-limit ${server.errorLimit}`] : []),
    ...(server && server.onError !== "fail-check" ? [`on-error ${server.onError}`] : []),
  ];
  if (own.length > 0) return own;
  const limit = server && server.maxFails > 0 ? server.maxFails : balancer.outlier?.consecutive5xx;
  if (limit === undefined || limit === 0) return [];
  const backMs =
    server && server.maxFails > 0 ? server.failTimeout : balancer.outlier?.baseEjection;
  const back = isChecked ? [] : [`check inter ${writtenTime(backMs ?? 10_000)} rise 1 fall 1`];
  tell(
    "HAProxy takes a server out by consecutive errors only, and back by a check; nearest is observe layer7.",
  );
  return [...back, "observe layer7", `error-limit ${limit}`, "on-error mark-down"];
}
