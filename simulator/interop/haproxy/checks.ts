import { nounOf, type Proxy, type ServerLine } from "./proxy.ts";
import type { Report } from "./report.ts";

/** What HAProxy looks at when every line was right: first the names, then the checks. */
export function checkProxies(proxies: readonly Proxy[], report: Report): void {
  for (const stage of [sameNames, portsOfChecks]) {
    for (const proxy of proxies) stage(proxy, report);
    if (report.hasErrors) return;
  }
}

function sameNames(proxy: Proxy, report: Report): void {
  const lines = new Map<string, number>();
  for (const server of proxy.servers) {
    const first = lines.get(server.name);
    if (first === undefined) lines.set(server.name, server.line);
    else {
      const what = `another server named '${server.name}' was already defined at line ${first}`;
      const where = `${nounOf(proxy.kind)} '${proxy.name}'`;
      report.add("error", placeOf(server), `${where}, ${what}, please use distinct names.`);
    }
  }
}

function portsOfChecks(proxy: Proxy, report: Report): void {
  if (proxy.settings.hasCheckRules) return;
  for (const server of proxy.servers) {
    if (!server.check || server.tracked || server.hasPort || server.checkPort > 0) continue;
    const what = "has neither service port nor check port.";
    const where = `${nounOf(proxy.kind)} '${proxy.name}'`;
    report.add("error", placeOf(server), `${where}: server '${server.name}' ${what}`);
  }
}

function placeOf({ line, column, endColumn }: ServerLine) {
  return { line, column, endColumn };
}
