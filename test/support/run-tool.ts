import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { root } from "./paths.ts";
import { endTree } from "./processes.ts";

/** Runs the command of an npm package with this Node, its output shown; its exit code. */
export async function runTool(
  scope: Scope,
  tool: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const child = spawn(process.execPath, [await scriptOf(tool), ...args], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env },
  });
  const forget = scope.add(() => (child.pid === undefined ? undefined : endTree(child.pid)));
  const [code] = (await once(child, "close")) as [number | null];
  forget();
  return code ?? 1;
}

/** The script behind the command `tool`: of a package, or a task of this folder. */
async function scriptOf(tool: string): Promise<string> {
  if (tool.endsWith(".ts")) return join(import.meta.dirname, tool);
  const [name, command = name] = tool.split(":");
  const folder = join(root, "node_modules", name ?? "");
  const { bin } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as {
    bin: string | Record<string, string>;
  };
  const script = typeof bin === "string" ? bin : bin[command ?? ""];
  if (script === undefined) throw new Error(`${tool} is no command of an installed package.`);
  return join(folder, script);
}
