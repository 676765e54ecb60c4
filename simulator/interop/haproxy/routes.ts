import { canBalance, type Proxy, type ProxySettings, type Route } from "./proxy.ts";
import type { Report } from "./report.ts";
import type { Statement } from "./statement.ts";

/**
 * What HAProxy takes at most when nobody says so depends on the machine's limit of open files; with
 * any such number a backend is far from full.
 */
const USUAL_CONNECTIONS = 100_000;

/** Reads `use_backend NAME …` and `default_backend NAME`. */
export function readRoute(statement: Statement, proxy: Proxy): void {
  const { keyword } = statement;
  const name = statement.arg(1);
  // A name with a sample in it is known only when there is a request.
  if (name.includes("%[") || !statement.isCertain) return;
  const place = statement.place(1);
  if (keyword === "use_backend") proxy.routes.push({ keyword, name, place });
  else proxy.settings.defaultRoute = { keyword: "default_backend", name, place };
}

/** Complains of backends that are not there. A file without any is part of a configuration. */
export function missingBackends(proxies: readonly Proxy[], report: Report): void {
  const names = new Set(proxies.filter(({ kind }) => canBalance(kind)).map(({ name }) => name));
  if (names.size === 0) return;
  for (const proxy of proxies) {
    for (const { keyword, name, place } of routesOf(proxy)) {
      if (names.has(name)) continue;
      const what = `unable to find required ${keyword}: '${name}'.`;
      report.add("error", place, `Proxy '${proxy.name}': ${what}`);
    }
  }
}

/**
 * Gives the backends whose servers have a `minconn` the `fullconn` that HAProxy gives them: a tenth
 * of what the frontends take that lead to them.
 */
export function completeFullConnections(
  proxies: readonly Proxy[],
  programConnections: number,
  report: Report,
): void {
  for (const proxy of proxies) {
    const { settings, servers, name, line } = proxy;
    const moves = servers.some((server) => {
      return server.minConnections > 0 && server.minConnections < server.maxConnections;
    });
    if (settings.fullConnections > 0 || !canBalance(proxy.kind) || !moves) continue;
    const leading = proxies.filter((other) => other.kind !== "backend" && leadsTo(other, name));
    const limits = leading.map((other) => other.settings.frontendConnections || programConnections);
    if (limits.includes(0)) {
      const message = `Without \`fullconn\` it depends on the \`maxconn\` of the frontends and of the program, which are not said: ${USUAL_CONNECTIONS} is assumed.`;
      report.add("note", { line, column: 1 }, message);
    }
    const total = limits.reduce((sum, limit) => sum + (limit || USUAL_CONNECTIONS), 0);
    settings.fullConnections = Math.max(1, Math.ceil(total / 10));
  }
}

function leadsTo(proxy: Proxy, backend: string): boolean {
  return (
    (proxy.kind === "listen" && proxy.name === backend) ||
    routesOf(proxy).some(({ name }) => name === backend)
  );
}

function routesOf({ settings, routes }: { settings: ProxySettings; routes: readonly Route[] }) {
  return settings.defaultRoute ? [settings.defaultRoute, ...routes] : routes;
}
