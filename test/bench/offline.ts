import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
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
  const began = performance.now();
  const cli = join(dist, "simulator", "cli.cjs");
  const child = spawn(process.execPath, [cli, "balance", file, "--trace", trace], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.pid !== undefined) scope.add(endTree.bind(undefined, child.pid));
  let answers = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    for (const byte of chunk) if (byte === 10) answers++;
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0 || answers !== REQUESTS) {
    throw new Error(`balance ended with ${String(code)} after ${String(answers)} answers.`);
  }
  return REQUESTS / ((performance.now() - began) / 1000);
}
