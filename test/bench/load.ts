import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../support/paths.ts";

/** Callers at the same time. */
const CONNECTIONS = 50;

interface AutocannonReport {
  readonly requests: { readonly total: number; readonly average: number };
  readonly duration: number;
  readonly non2xx: number;
  readonly errors: number;
}

/** Calls `url` from a process of its own; answers per second. @throws when any call failed */
export async function callsPerSecond(url: string, limit: { seconds: number }): Promise<number> {
  const report = await autocannon(url, ["-d", String(limit.seconds)]);
  return report.requests.total / report.duration;
}

/** Makes so many calls to `url` from a process of its own. @throws when any call failed */
export async function makeCalls(url: string, amount: number): Promise<void> {
  await autocannon(url, ["-a", String(amount)]);
}

async function autocannon(url: string, limit: readonly string[]): Promise<AutocannonReport> {
  const script = join(root, "node_modules", "autocannon", "autocannon.js");
  const request = ["-m", "POST", "-H", "content-type=application/json", "-b", '{"n":1}'];
  const args = [script, "-j", "-c", String(CONNECTIONS), ...limit, ...request, url];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 24 });
  const report = JSON.parse(stdout) as AutocannonReport;
  if (report.non2xx + report.errors > 0) {
    throw new Error(`${url}: ${report.non2xx} bad answers, ${report.errors} errors.`);
  }
  return report;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
