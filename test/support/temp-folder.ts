import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Scope } from "../../simulator/kernel/scope.ts";

/** A new empty folder that goes with the scope. */
export async function tempFolder(scope: Scope, name: string): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), `fuseboard-${name}-`));
  scope.add(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  return folder;
}
