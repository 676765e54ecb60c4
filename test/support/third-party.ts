import { readFile, readdir } from "node:fs/promises";
import { join, posix } from "node:path";
import { root } from "./paths.ts";

/** Packages that are shipped as files, not bundled. */
const COPIED = ["node_modules/@vscode/tree-sitter-wasm"];

/**
 * The notices that the licences of bundled packages ask for.
 * @param inputs paths of bundled files, relative to the checkout, with slashes
 */
export async function thirdPartyNotices(inputs: readonly string[]): Promise<string> {
  const folders = new Set([...COPIED, ...inputs.flatMap((input) => packageFolder(input) ?? [])]);
  const notices = await Promise.all([...folders].sort().map(notice));
  return [...new Set(notices)].join(`\n${"-".repeat(80)}\n\n`);
}

/** `node_modules/a/node_modules/@b/c` of a file somewhere in it. */
function packageFolder(input: string): string | undefined {
  const end = input.lastIndexOf("node_modules/");
  if (end < 0) return undefined;
  const [first = "", second = ""] = input.slice(end + "node_modules/".length).split("/");
  const name = first.startsWith("@") ? posix.join(first, second) : first;
  return posix.join(input.slice(0, end), "node_modules", name);
}

async function notice(folder: string): Promise<string> {
  const path = join(root, folder);
  const { name, version, license } = JSON.parse(
    await readFile(join(path, "package.json"), "utf8"),
  ) as { name: string; version: string; license: string };
  const files = (await readdir(path)).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  const texts = await Promise.all(files.map((file) => readFile(join(path, file), "utf8")));
  return (
    [`${name} ${version} (${license})`, ...texts.map((text) => text.trim())].join("\n\n") + "\n"
  );
}
