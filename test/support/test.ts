// `npm test [-- step…]`: installs what is missing and runs all checks and tests, or only those
// steps. A check counts as one test. The last line is the sum.
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { RUN_MARK, leftovers } from "./leftovers.ts";
import { mainScope } from "./main-scope.ts";
import { canFindMarked } from "./marked-processes.ts";
import { installMissingPrograms } from "./required-programs.ts";
import { runTool } from "./run-tool.ts";
import { FAILED, PASSED, SKIPPED, sum, type Tally } from "./tally.ts";
import { tempFolder } from "./temp-folder.ts";
import { runVitest } from "./vitest-step.ts";

const scope = mainScope(130);
// Short, because paths of sockets in the temporary folder may have about 100 characters.
const mark = randomBytes(4).toString("hex");
const own = await tempFolder(scope, `test-${mark}`);
const temp = join(own, "t");
await mkdir(temp);
const env = { [RUN_MARK]: mark, TMPDIR: temp };

const tool =
  (name: string, ...args: string[]) =>
  async (): Promise<Tally> =>
    (await runTool(scope, name, args, env)) === 0 ? PASSED : FAILED;
const vitest = (project: string) => (): Promise<Tally> => runVitest(scope, project, env, own);

const folders = ["extension", "webview", "simulator", "test"];
const STEPS: readonly (readonly [name: string, run: () => Promise<Tally>])[] = [
  ["formatting", tool("prettier", "--check", "--log-level", "warn", ".")],
  ["lint", tool("eslint", ".", "--max-warnings", "0")],
  ["types", tool("typescript:tsc", "-b")],
  ["directions", tool("dependency-cruiser:depcruise", ...folders)],
  ["unused", tool("knip")],
  ["build", tool("build.ts")],
  ["unit", vitest("unit")],
  ["contract", vitest("contract")],
  ["peers", vitest("peers")],
  ["package", tool("package.ts")],
  ["vscode", vitest("vscode")],
  ["left-behind", nothingLeftBehind],
];

async function nothingLeftBehind(): Promise<Tally> {
  if (!canFindMarked) {
    process.stderr.write("Processes can be told apart on Linux only.\n");
    return SKIPPED;
  }
  const found = await leftovers(mark, temp);
  process.stderr.write(found.length > 0 ? `${found.join("\n")}\n` : "Nothing.\n");
  return found.length > 0 ? FAILED : PASSED;
}

const missing = installMissingPrograms();
const strict = process.env.CI === "true" && missing.length > 0;
const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !STEPS.some(([step]) => step === name));
if (unknown !== undefined) {
  const names = STEPS.map(([step]) => step).join(", ");
  process.stderr.write(`There is no step "${unknown}". Steps: ${names}.\n`);
  await scope.dispose();
  process.exit(2);
}

const results: { name: string; tally: Tally }[] = [];
for (const [name, run] of STEPS) {
  if (scope.ended || (wanted.length > 0 && !wanted.includes(name))) continue;
  process.stdout.write(`\n── ${name} ──\n`);
  const began = performance.now();
  const tally = await run();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`${name}: ${tally.failed > 0 ? "FAILED" : "ok"} (${seconds}s)\n`);
  results.push({ name, tally });
}
await scope.dispose();

const { passed, failed, skipped } = sum(results.map(({ tally }) => tally));
const failures = results.filter(({ tally }) => tally.failed > 0).map(({ name }) => name);
process.stdout.write(failures.length > 0 ? `\nFailed: ${failures.join(", ")}\n` : "\n");
if (strict) process.stdout.write(`With CI=true skipping for a missing program is a failure.\n`);
const counted = strict ? { failed: failed + skipped, skipped: 0 } : { failed, skipped };
process.stdout.write(
  `${String(passed)} passed, ${String(counted.failed)} failed, ${String(counted.skipped)} skipped\n`,
);
process.exitCode = counted.failed > 0 ? 1 : 0;
