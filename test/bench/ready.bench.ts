// Nine Node instances (3 × 3) from `up` to all healthy, against nine bare Node HTTP servers from
// their start to their first answer. Smaller is better.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { writeFile } from "node:fs/promises";
import { Scope } from "../../simulator/kernel/scope.ts";
import type { Bench } from "../support/bench.ts";
import { endTree } from "../support/processes.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { median } from "./load.ts";
import { clusterFolder, startCluster } from "./running-cluster.ts";

const ROUNDS = 5;
const SERVER = `
import { createServer } from "node:http";
const server = createServer((request, response) => response.end("{}"));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
`;
const FUNCTION = `
export async function answer(event: { n: number }): Promise<{ n: number }> {
  return { n: event.n };
}
`;

const measure: Bench = async (scope, report) => {
  const service = { function: "answer.ts#answer", instances: 3 };
  const folder = await clusterFolder(
    scope,
    { one: service, two: service, three: service },
    { "answer.ts": FUNCTION },
  );
  const script = join(await tempFolder(scope, "bare"), "server.mjs");
  await writeFile(script, SERVER);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const bareMs = await inScope((inner) => startBareServers(inner, script, 9));
    const { readyMs } = await inScope((inner) => startCluster(inner, folder, 9));
    // The first round fills caches, of ours and of the system.
    if (round === 0) continue;
    ours.push(readyMs);
    theirs.push(bareMs);
  }
  report({
    metric: "ms until nine instances are healthy, median of 5",
    ours: median(ours),
    peer: "nine bare Node HTTP servers",
    theirs: median(theirs),
  });
};

async function inScope<T>(run: (scope: Scope) => Promise<T>): Promise<T> {
  const scope = new Scope();
  try {
    return await run(scope);
  } finally {
    await scope.dispose();
  }
}

/** Milliseconds until all of them answered. */
async function startBareServers(scope: Scope, script: string, count: number): Promise<number> {
  const began = performance.now();
  await Promise.all(
    Array.from({ length: count }, async () => {
      const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
      if (child.pid !== undefined) scope.add(endTree.bind(undefined, child.pid));
      for await (const port of createInterface({ input: child.stdout })) {
        const answer = await fetch(`http://127.0.0.1:${port}/`);
        await answer.text();
        return;
      }
      throw new Error("A bare server ended.");
    }),
  );
  return performance.now() - began;
}

export default measure;
