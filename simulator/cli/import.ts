import { readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Finding } from "../interop/contract.ts";
import { resilienceFormatFor } from "../interop/hystrix/index.ts";
import { codeOf, FuseboardError, messageOf } from "../kernel/errors.ts";
import { withBreakers } from "../protocol/cluster-file-breakers.ts";
import { withServices } from "../protocol/cluster-file-services.ts";
import { printFindings, readConfiguration, readText } from "./read-configuration.ts";
import { unreadable } from "./unreadable.ts";

export interface ImportOptions {
  readonly version?: string;
  readonly into?: string;
}

/**
 * `fuseboard import`: a configuration of nginx or HAProxy, or a properties file of Hystrix, as a
 * cluster file, on standard output or merged into a file. Exit code 1 when the program would not
 * start with the configuration.
 */
export async function importCommand(path: string, options: ImportOptions): Promise<void> {
  const { findings, merge } = await readImported(path, options.version);
  printFindings(findings);
  if (findings.some(({ severity }) => severity === "error")) process.exitCode = 1;
  const { into } = options;
  if (into === undefined) {
    process.stdout.write(merge());
    return;
  }
  const text = await readFile(into, "utf8").catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return "";
    throw unreadable(into, error);
  });
  const whole = merged(into, () => merge(text));
  await writeFile(into, whole).catch((error: unknown) => {
    const missing = codeOf(error) === "ENOENT";
    const why = missing ? `there is no folder ${dirname(resolve(into))}` : messageOf(error);
    const message = `${into} cannot be written: ${why}.`;
    throw new FuseboardError("usage", message, { cause: error });
  });
}

interface Imports {
  readonly findings: readonly Finding[];
  /** The text of a cluster file with what was read. @param into absent: of a new one */
  readonly merge: (into?: string) => string;
}

async function readImported(path: string, version: string | undefined): Promise<Imports> {
  const text = await readText(path);
  const resilience = resilienceFormatFor(path, text)?.read?.({ path: resolve(path), text });
  if (resilience) {
    const { commands, findings } = resilience;
    const breakers = commands.map(({ serviceName, breaker }) => [serviceName, breaker] as const);
    return { findings, merge: (into) => withBreakers(into, Object.fromEntries(breakers)) };
  }
  const { services, findings } = await readConfiguration(path, version);
  const named = services.map(
    ({ name, serviceName = name, service }) => [serviceName, service] as const,
  );
  return { findings, merge: (into) => withServices(into, Object.fromEntries(named)) };
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
