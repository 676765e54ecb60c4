import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { stringify } from "yaml";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { dist } from "../support/paths.ts";
import { endTree } from "../support/processes.ts";
import { tempFolder } from "../support/temp-folder.ts";

export interface RunningCluster {
  /** Of the gateway, such as `http://127.0.0.1:40123`. */
  readonly gateway: string;
  /** The simulator's process. */
  readonly pid: number;
  /** Ports of the instances. */
  readonly ports: readonly number[];
  /** From the start of the command to its ready line. */
  readonly readyMs: number;
}

interface Line {
  readonly kind: string;
  readonly gateway?: string;
  readonly pid?: number;
  readonly port?: number;
}

/** A folder with a cluster file and other files, by name; it goes with the scope. */
export async function clusterFolder(
  scope: Scope,
  services: Readonly<Record<string, object>>,
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const folder = await tempFolder(scope, "bench");
  await writeFile(join(folder, "fuseboard.yaml"), stringify({ version: 1, services }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

/** `fuseboard up` on a folder; resolves when it is ready. Stops with the scope. */
export async function startCluster(
  scope: Scope,
  folder: string,
  instances: number,
  flags: readonly string[] = [],
): Promise<RunningCluster> {
  const began = performance.now();
  const cli = join(dist, "simulator", "cli.cjs");
  const args = [cli, "up", folder, "--facts", "state", ...flags];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  if (child.pid !== undefined) scope.add(endTree.bind(undefined, child.pid));
  const ports: number[] = [];
  let ready: Omit<RunningCluster, "ports"> | undefined;
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as Line;
    if (line.kind === "ready") {
      const readyMs = performance.now() - began;
      ready = { gateway: line.gateway ?? "", pid: line.pid ?? 0, readyMs };
    }
    if (line.kind === "instance-started" && line.port !== undefined) ports.push(line.port);
    if (ready && ports.length === instances) break;
  }
  if (!ready) throw new Error("`fuseboard up` ended before it was ready.");
  // It may go on printing: nobody reads it any more.
  child.stdout.resume();
  return { ...ready, ports };
}
