import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { dist } from "../support/paths.ts";
import { endTree } from "../support/processes.ts";
import { tempFolder } from "../support/temp-folder.ts";

const REQUESTS = 200_000;

/** Requests per second of `fuseboard balance`, its start included, for a trace of a file. */
export async function offlineRequestsPerSecond(
  scope: Scope,
  name: "nginx.conf" | "haproxy.cfg",
  configuration: string,
): Promise<number> {
  const folder = await tempFolder(scope, "offline");
  const [file, trace] = [join(folder, name), join(folder, "trace.jsonl")];
  await writeFile(file, configuration);
  const lines = Array.from({ length: REQUESTS }, (_, i) =>
    JSON.stringify({
      t: i,
      client: `10.0.${String((i >> 8) & 255)}.${String(i & 255)}`,
      serviceMs: 5,
    }),
  );
  await writeFile(trace, `${lines.join("\n")}\n`);
  return REQUESTS / (await secondsOf(scope, ["balance", file, "--trace", trace], REQUESTS));
}

/** Calls per second of `fuseboard breaker`, its start included, for a timeline of a file. */
export async function offlineCallsPerSecond(
  scope: Scope,
  engine: "hystrix-go" | "hystrix",
  calls: number,
): Promise<number> {
  const folder = await tempFolder(scope, "offline");
  const timeline = join(folder, "timeline.jsonl");
  // Four at the same time, of which one of ten fails: it opens now and then.
  const lines = Array.from({ length: calls }, (_, i) => {
    const ok = i % 10 !== 0 && i % 5000 > 300;
    return JSON.stringify({ t: i * 5, ms: 20, ok, id: i });
  });
  await writeFile(timeline, `${lines.join("\n")}\n`);
  const args = ["breaker", "--engine", engine, "--config", "{}"];
  return calls / (await secondsOf(scope, args, calls, timeline));
}

/** Seconds that a command takes until its end; it must answer with so many lines. */
async function secondsOf(
  scope: Scope,
  args: readonly string[],
  lines: number,
  input?: string,
): Promise<number> {
  const cli = join(dist, "simulator", "cli.cjs");
  const stdin = input === undefined ? undefined : await open(input);
  if (stdin) scope.add(() => stdin.close());
  const began = performance.now();
  const child = spawn(process.execPath, [cli, ...args], {
    stdio: [stdin?.fd ?? "ignore", "pipe", "inherit"],
  });
  if (child.pid !== undefined) scope.add(endTree.bind(undefined, child.pid));
  let answers = 0;
  child.stdout?.on("data", (chunk: Buffer) => {
    for (const byte of chunk) if (byte === 10) answers++;
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0 || answers !== lines) {
    throw new Error(
      `${args[0] ?? ""} ended with ${String(code)} after ${String(answers)} answers.`,
    );
  }
  return (performance.now() - began) / 1000;
}
