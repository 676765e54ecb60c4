import type { ConfigurationSource, Imported } from "../contract.ts";
import { checkProxies } from "./checks.ts";
import { Reader } from "./reader.ts";
import { Report } from "./report.ts";
import { importProxies } from "./import-proxies.ts";
import { completeFullConnections } from "./routes.ts";

/** Reads a whole configuration, or the sections of one. */
export function readHaproxy(source: ConfigurationSource): Imported {
  const report = new Report(source.path);
  const reader = new Reader(source.path, source.version, report);
  // The file that HAProxy reads ends with a line feed; what is in an editor need not.
  const lines = source.text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const stopped = lines.some((line, index) => reader.read(index + 1, line) === "stop");
  if (!stopped) reader.end();
  const { proxies } = reader;
  if (!report.hasErrors) checkProxies(proxies, reader.global, report);
  completeFullConnections(proxies, reader.global.connections, report);
  const services = importProxies(proxies, source, report);
  return { services, findings: report.findings };
}
