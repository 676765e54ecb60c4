import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { runTool } from "./run-tool.ts";
import { FAILED, type Tally } from "./tally.ts";

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}

/** Runs one project of vitest.config.ts; counts its tests. */
export async function runVitest(
  scope: Scope,
  project: string,
  env: Readonly<Record<string, string>>,
  temp: string,
): Promise<Tally> {
  const file = join(temp, `${project}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const args = ["run", "--project", project, ...reporters];
  const code = await runTool(scope, "vitest", args, env);
  const report = await readReport(file);
  if (!report) return FAILED;
  const failed = report.numFailedTests;
  return {
    passed: report.numPassedTests,
    // A file that does not load, or an error outside of tests, fails the run all the same.
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

async function readReport(file: string): Promise<VitestReport | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as VitestReport;
  } catch (error) {
    process.stderr.write(`vitest wrote no report: ${String(error)}\n`);
    return undefined;
  }
}
