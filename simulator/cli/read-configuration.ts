import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { ConfigurationFormat, Finding, Imported } from "../interop/contract.ts";
import { formatFor } from "../interop/index.ts";
import { readIncludes } from "../interop/read-includes.ts";
import { FuseboardError } from "../kernel/errors.ts";
import { unreadable } from "./unreadable.ts";

/** Reads a configuration of nginx or HAProxy and what it includes; throws when it is neither. */
export async function readConfiguration(
  path: string,
  version: string | undefined,
): Promise<Imported & { readonly format: ConfigurationFormat }> {
  const file = resolve(path);
  const text = await readText(path);
  const format = formatFor(file, text);
  if (!format?.read) {
    const message = `${path} is neither a configuration of nginx nor one of HAProxy.`;
    throw new FuseboardError("usage", message);
  }
  return { format, ...format.read({ path: file, text, version, include: readIncludes(file) }) };
}

/** The text of a file that was named on the command line. */
export function readText(path: string): Promise<string> {
  return readFile(resolve(path), "utf8").catch((error: unknown) => {
    throw unreadable(path, error);
  });
}

/** Prints findings on standard error, as compilers do. */
export function printFindings(findings: readonly Finding[]): void {
  for (const { file, line, column, severity, message } of findings) {
    process.stderr.write(`${file}:${line}:${column}: ${severity}: ${message}\n`);
  }
}
