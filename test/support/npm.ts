import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { FuseboardError } from "../../simulator/kernel/errors.ts";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { endTree } from "./processes.ts";

/** Runs npm in a folder, its output on stderr; throws when it fails. Ends with the scope. */
export async function npm(scope: Scope, folder: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [npmScript(), ...args], {
    cwd: folder,
    stdio: ["ignore", 2, 2],
    // npm tells its scripts about the package they are in; this is another one.
    env: Object.fromEntries(
      Object.entries(process.env).filter(
        ([name]) => !/^npm_(package_|lifecycle_|config_local_prefix$)/.test(name),
      ),
    ),
  });
  const forget = scope.add(() => (child.pid === undefined ? undefined : endTree(child.pid)));
  const [code] = (await once(child, "close")) as [number | null];
  forget();
  if (code !== 0)
    throw new FuseboardError("npm-failed", `npm ${args[0] ?? ""} failed in ${folder} (see above).`);
}

/** npm's own script: the one that runs us, else the one of the Node on the path. */
export function npmScript(): string {
  const beside = (process.env.PATH ?? "")
    .split(process.platform === "win32" ? ";" : ":")
    .flatMap((folder) => [
      join(folder, "node_modules", "npm", "bin", "npm-cli.js"),
      join(dirname(folder), "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    ]);
  const script = [process.env.npm_execpath ?? "", ...beside].find(
    (candidate) => candidate.endsWith("npm-cli.js") && existsSync(candidate),
  );
  if (script === undefined) throw new FuseboardError("no-npm", "npm was not found on the path.");
  return script;
}
