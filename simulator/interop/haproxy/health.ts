import type { ServiceFile } from "../../protocol/spec.ts";
import { durationOf } from "./durations.ts";
import type { Proxy, ServerLine } from "./proxy.ts";
import type { Report } from "./report.ts";

type HealthFile = NonNullable<ServiceFile["health"]>;

const PACE = ["interMs", "fastInterMs", "downInterMs", "rise", "fall"] as const;
type Pace = Pick<ServerLine, (typeof PACE)[number]>;

const paceOf = (server: Pace): string => PACE.map((name) => String(server[name])).join(" ");

/** How a section's servers are checked: all of them at the pace of most. */
export function healthOf(proxy: Proxy, report: Report): HealthFile {
  const checked = proxy.servers.filter(({ check }) => check);
  const pace = mostCommon(checked);
  if (!pace) return { kind: "none" };
  for (const server of checked) {
    if (paceOf(server) === paceOf(pace)) continue;
    const { line, column, endColumn } = server;
    const message = `All servers of a service are checked alike here: every ${durationOf(pace.interMs)}, rise ${pace.rise}, fall ${pace.fall}, as most of these are.`;
    report.add("warning", { line, column, endColumn }, message);
  }
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

/** The server whose pace most have; the first of them. */
function mostCommon(servers: readonly ServerLine[]): ServerLine | undefined {
  const counts = new Map<string, number>();
  for (const server of servers) {
    counts.set(paceOf(server), (counts.get(paceOf(server)) ?? 0) + 1);
  }
  const most = Math.max(0, ...counts.values());
  return servers.find((server) => counts.get(paceOf(server)) === most);
}
