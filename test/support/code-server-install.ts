import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { cacheFolder } from "../../simulator/kernel/cache-folder.ts";
import { npm } from "./npm.ts";
import { isAlive } from "./processes.ts";

/** The npm package that is a real VS Code (1.139.1) for the browser. */
const VERSION = "4.139.1";

/**
 * Path of code-server's entry script, installed into the cache on first use. It is installed
 * beside its place and then moved there, so that an interrupted or concurrent installation is
 * never used. Without install scripts: they would take minutes and need compilers, and nothing
 * that they build is needed here.
 */
export async function codeServerEntry(scope: Scope): Promise<string> {
  const cache = cacheFolder();
  const folder = join(cache, `code-server-${VERSION}`);
  const entry = join(folder, "node_modules", "code-server", "out", "node", "entry.js");
  if (existsSync(entry)) return entry;
  await mkdir(cache, { recursive: true });
  await sweep(cache, `${basename(folder)}.`);

  const say = (line: string): unknown => process.stderr.write(`${line}\n`);
  say(`Installing code-server ${VERSION}, a VS Code for the browser, into ${folder}`);
  say("(600 MB, once; half a minute)");
  const installing = scope.child();
  const half = await mkdtemp(`${folder}.${String(process.pid)}.`);
  installing.add(() => rm(half, { recursive: true, force: true }));
  await writeFile(join(half, "package.json"), '{ "private": true }\n');
  try {
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    const inside = join(half, "node_modules", "code-server", "lib", "vscode");
    say("  1/3 code-server");
    await npm(installing, half, ["install", ...quiet, `code-server@${VERSION}`]);
    say("  2/3 what VS Code needs");
    await npm(installing, inside, ["install", "--omit=dev", ...quiet]);
    say("  3/3 what its own extensions need");
    await npm(installing, join(inside, "extensions"), ["install", "--omit=dev", ...quiet]);
    try {
      await rename(half, folder);
    } catch (error) {
      // Somebody else was faster: theirs is as good.
      if (!existsSync(entry)) throw error;
    }
  } finally {
    await installing.dispose();
  }
  return entry;
}

/** Removes what installations left that were killed: their names hold their process id. */
async function sweep(cache: string, prefix: string): Promise<void> {
  const names = await readdir(cache);
  for (const name of names.filter((each) => each.startsWith(prefix))) {
    const pid = Number(name.slice(prefix.length).split(".")[0]);
    if (!isAlive(pid)) await rm(join(cache, name), { recursive: true, force: true });
  }
}
