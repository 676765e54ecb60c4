import { spawnSync } from "node:child_process";
import { readFile, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { FuseboardError } from "../../simulator/kernel/errors.ts";
import { dist, root } from "./paths.ts";

/** Packages what dist/ holds; the path and size in bytes of the `.vsix`. */
export async function packageExtension(): Promise<{ path: string; bytes: number }> {
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
    version: string;
  };
  const path = join(dist, `fuseboard-${version}.vsix`);
  const half = join(dist, `${String(process.pid)}.half`);
  const vsce = join(root, "node_modules", "@vscode", "vsce", "vsce");
  const flags = ["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links"];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [vsce, "package", ...flags, "--out", half],
    { cwd: root, stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" },
  );
  if (status !== 0) {
    throw new FuseboardError(
      "package-failed",
      `The extension could not be packaged:\n${stdout}${stderr}`,
    );
  }
  await rename(half, path);
  const others = (await readdir(dist)).filter((name) => name.endsWith(".vsix"));
  for (const name of others) if (name !== basename(path)) await rm(join(dist, name));
  return { path, bytes: (await stat(path)).size };
}
