import { resolve } from "node:path";
import { resilienceFormats } from "../interop/hystrix/index.ts";
import { formats } from "../interop/index.ts";
import { FuseboardError } from "../kernel/errors.ts";
import { findClusterFile, readClusterFile } from "./cluster-file.ts";
import { printFindings } from "./read-configuration.ts";

/** `fuseboard export`: the services of a cluster file as a configuration, on standard output. */
export async function exportCommand(
  id: string,
  path: string,
  options: { readonly version?: string },
): Promise<void> {
  const known = [...formats, ...resilienceFormats];
  const format = known.find((each) => each.id === id);
  if (!format) {
    const ids = known.map((each) => each.id).join(", ");
    throw new FuseboardError("usage", `There is no format "${id}". Expected one of ${ids}.`);
  }
  const { services } = await readClusterFile(await findClusterFile(resolve(path)));
  const { text, findings } = format.write(services, options.version);
  printFindings(findings);
  process.stdout.write(text);
}
