import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { cacheFolder } from "../../simulator/kernel/cache-folder.ts";

/**
 * Path of the program that a folder's Go code makes, compiled when it is stale. Without cgo: with
 * it, Go's virtual time (`-tags faketime`) does not pass.
 */
export async function goProgram(
  go: string,
  folder: string,
  options: readonly string[] = [],
): Promise<string> {
  const hash = createHash("sha256")
    .update(run(go, ["version"], folder))
    .update(options.join(" "));
  for (const name of (await readdir(folder)).sort())
    hash.update(await readFile(join(folder, name)));
  const cache = join(cacheFolder(), "peers");
  const suffix = process.platform === "win32" ? ".exe" : "";
  const program = join(cache, `${basename(folder)}-${hash.digest("hex").slice(0, 16)}${suffix}`);
  if (existsSync(program)) return program;
  await mkdir(cache, { recursive: true });
  const half = `${program}.${String(process.pid)}`;
  run(go, ["build", ...options, "-o", half, "."], folder);
  await rename(half, program);
  return program;
}

function run(go: string, args: readonly string[], folder: string): string {
  const { error, status, stdout, stderr } = spawnSync(go, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`go ${args.join(" ")} failed:\n${stderr}`);
  return stdout;
}
