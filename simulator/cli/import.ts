import { readFile, writeFile } from "node:fs/promises";
import { clusterFileText } from "../interop/cluster-file-text.ts";
import { codeOf, FuseboardError, messageOf } from "../kernel/errors.ts";
import { printFindings, readConfiguration } from "./read-configuration.ts";

export interface ImportOptions {
  readonly version?: string;
  readonly into?: string;
}

/**
 * `fuseboard import`: a configuration of nginx or HAProxy as a cluster file, on standard output or
 * merged into a file. Exit code 1 when the program would not start with the configuration.
 */
export async function importCommand(path: string, options: ImportOptions): Promise<void> {
  const { services, findings } = await readConfiguration(path, options.version);
  printFindings(findings);
  if (findings.some(({ severity }) => severity === "error")) process.exitCode = 1;
  const { into } = options;
  if (into === undefined) {
    process.stdout.write(clusterFileText(services));
    return;
  }
  const text = await readFile(into, "utf8").catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return "";
    throw new FuseboardError("usage", `${into} cannot be read: ${messageOf(error)}.`, {
      cause: error,
    });
  });
  await writeFile(
    into,
    merged(into, () => clusterFileText(services, text)),
  );
}

/** Says which file it is that cannot be merged into. */
function merged(into: string, merge: () => string): string {
  try {
    return merge();
  } catch (error) {
    throw new FuseboardError("invalid-cluster-file", `${into}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
