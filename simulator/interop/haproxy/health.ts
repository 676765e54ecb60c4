import type { BalancerFile, ServiceFile } from "../../protocol/spec.ts";
import { durationOf } from "./durations.ts";
import type { Proxy, ServerLine } from "./proxy.ts";

type HealthFile = NonNullable<ServiceFile["health"]>;
type ServerHealthFile = NonNullable<NonNullable<BalancerFile["servers"]>[number]["health"]>;

const PACE = ["interMs", "fastInterMs", "downInterMs", "rise", "fall"] as const;
type Pace = Pick<ServerLine, (typeof PACE)[number]>;

const paceOf = (server: Pace): string => PACE.map((name) => String(server[name])).join(" ");

/** How a section's servers are checked, by the pace of most. */
export function healthOf(proxy: Proxy): HealthFile {
  const pace = mostCommon(proxy);
  if (!pace) return { kind: "none" };
  const { httpCheck, checkMs } = proxy.settings;
  const path = httpCheck?.path ?? "/health";
  const timeoutMs = checkMs ?? pace.interMs;
  const { fastInterMs, downInterMs } = pace;
  return {
    ...(!httpCheck && { kind: "tcp" as const }),
    ...(path !== "/health" && { http: path }),
    ...(pace.interMs !== 2000 && { interval: durationOf(pace.interMs) }),
    ...(fastInterMs !== undefined && { fastInterval: durationOf(fastInterMs) }),
    ...(downInterMs !== undefined && { downInterval: durationOf(downInterMs) }),
    ...(timeoutMs !== 1000 && { timeout: durationOf(timeoutMs) }),
    ...(pace.rise !== 2 && { rise: pace.rise }),
    ...(pace.fall !== 3 && { fall: pace.fall }),
  };
}

/** Where a server is checked at another pace than most of its section; undefined: nowhere. */
export function ownHealthOf(server: ServerLine, proxy: Proxy): ServerHealthFile | undefined {
  const pace = mostCommon(proxy);
  if (!pace || !server.check || paceOf(server) === paceOf(pace)) return undefined;
  const { interMs, rise, fall } = server;
  // Without one of its own that of most must not hold.
  const orOwn = (own: number | undefined, most: number | undefined) =>
    own ?? (most === undefined ? undefined : interMs);
  const fastMs = orOwn(server.fastInterMs, pace.fastInterMs);
  const downMs = orOwn(server.downInterMs, pace.downInterMs);
  const isSlower = interMs !== pace.interMs;
  return {
    ...(isSlower && { interval: durationOf(interMs) }),
    ...(fastMs !== pace.fastInterMs && { fastInterval: durationOf(fastMs ?? interMs) }),
    ...(downMs !== pace.downInterMs && { downInterval: durationOf(downMs ?? interMs) }),
    ...(isSlower && proxy.settings.checkMs === undefined && { timeout: durationOf(interMs) }),
    ...(rise !== pace.rise && { rise }),
    ...(fall !== pace.fall && { fall }),
  };
}

/** The checked server whose pace most have; the first of them. */
function mostCommon({ servers }: Proxy): ServerLine | undefined {
  const counts = new Map<string, number>();
  const checked = servers.filter(({ check }) => check);
  for (const server of checked) {
    counts.set(paceOf(server), (counts.get(paceOf(server)) ?? 0) + 1);
  }
  const most = Math.max(0, ...counts.values());
  return checked.find((server) => counts.get(paceOf(server)) === most);
}
