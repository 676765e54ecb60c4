import type { GlobalSettings } from "./global.ts";
import { missingBackends } from "./routes.ts";
import { nounOf, type Proxy, type ServerLine } from "./proxy.ts";
import type { Report } from "./report.ts";

/** What HAProxy looks at when every line was right: first the names, then servers one by one. */
export function checkProxies(
  proxies: readonly Proxy[],
  global: Readonly<GlobalSettings>,
  report: Report,
): void {
  missingBackends(proxies, report);
  for (const proxy of proxies) sameNames(proxy, report);
  for (const proxy of proxies) certificates(proxy, global, report);
  if (report.hasErrors) return;
  for (const proxy of proxies) portsOfChecks(proxy, report);
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

/** Who speaks TLS with a server must say by what it is known, or that anyone will do. */
function certificates(
  proxy: Proxy,
  { verifiesServers }: Readonly<GlobalSettings>,
  report: Report,
): void {
  for (const server of proxy.servers) {
    const { verify = verifiesServers ? "required" : "none" } = server;
    if (!(server.tls || server.checkTls) || verify === "none" || server.hasCaFile) continue;
    const what = verifiesServers
      ? "verify is enabled by default but no CA file specified. If you're running on a LAN where you're certain to trust the server's certificate, please set an explicit 'verify none' statement on the 'server' line, or use 'ssl-server-verify none' in the global section to disable server-side verifications by default."
      : "verify is enabled but no CA file specified.";
    report.add("error", placeOf(server), `'server ${proxy.name}/${server.name}' : ${what}`);
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
