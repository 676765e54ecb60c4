import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { FuseboardError } from "../kernel/errors.ts";
import { parseClusterFile } from "../protocol/cluster-file.ts";
import type { ClusterSpec } from "../protocol/spec.ts";

/** Names that a cluster file may have in a folder. */
const FILE_NAMES = ["fuseboard.yaml", "fuseboard.yml"];

/** The cluster file at a path, or in the folder there. */
export async function findClusterFile(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return path;
  if (!found) throw new FuseboardError("usage", `There is no file or folder ${path}.`);
  for (const name of FILE_NAMES) {
    const file = join(path, name);
    if ((await stat(file).catch(() => undefined))?.isFile()) return file;
  }
  throw new FuseboardError("usage", `There is no fuseboard.yaml in ${path}.`);
}

/** Reads a cluster file; its errors are thrown as one, each with its place. */
export async function readClusterFile(file: string): Promise<ClusterSpec> {
  const parsed = parseClusterFile(await readFile(file, "utf8"));
  if (parsed.ok) return parsed.spec;
  const lines = parsed.errors.map(
    ({ line, column, message }) => `${file}:${line}:${column}: ${message}`,
  );
  throw new FuseboardError("invalid-cluster-file", lines.join("\n"));
}
