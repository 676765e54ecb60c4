import type { ConfigurationSource, ImportedService } from "../contract.ts";
import { serviceNameOf } from "../service-names.ts";
import { canBalance, type Proxy } from "./proxy.ts";
import type { Report } from "./report.ts";
import { serviceFile } from "./service-file.ts";

/** The sections with servers as services; those with errors are left out. */
export function importProxies(
  proxies: readonly Proxy[],
  source: ConfigurationSource,
  report: Report,
): readonly ImportedService[] {
  const taken = new Set<string>();
  const wrong = report.errorLines;
  return proxies.flatMap((proxy): ImportedService[] => {
    const { name, line, endLine } = proxy;
    if (!canBalance(proxy.kind) || hasLineOf(wrong, line, endLine)) return [];
    // HAProxy says so when nothing else is wrong.
    if (new Set(proxy.servers.map((server) => server.name)).size < proxy.servers.length) return [];
    if (proxy.servers.length === 0) {
      const message = `The backend "${name}" has no servers: there is nothing to balance.`;
      if (proxy.kind === "backend") report.add("note", { line, column: 1 }, message);
      return [];
    }
    const serviceName = serviceNameOf(name, taken);
    if (serviceName !== name) {
      const message = `"${name}" cannot be the name of a service; it becomes "${serviceName}".`;
      report.add("note", { line, column: 1 }, message);
    }
    const service = serviceFile(proxy, source.version, report);
    const renamed = serviceName === name ? {} : { serviceName };
    return [{ name, ...renamed, file: source.path, line, endLine, service }];
  });
}

function hasLineOf(lines: ReadonlySet<number>, from: number, to: number): boolean {
  for (let line = from; line <= to; line++) if (lines.has(line)) return true;
  return false;
}
