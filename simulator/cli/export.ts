import { resolve } from "node:path";
import { resilienceFormats } from "../interop/hystrix/index.ts";
import { formats } from "../interop/index.ts";
import { FuseboardError } from "../kernel/errors.ts";
import { findClusterFile, readClusterFile } from "./cluster-file.ts";
import { printFindings, readText } from "./read-configuration.ts";
import { servicePlaces } from "./service-places.ts";

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
  const file = await findClusterFile(resolve(path));
  const { services } = await readClusterFile(file);
  const { text, findings } = format.write(services, options.version);
  // Writers know services by their names alone.
  const places = servicePlaces(await readText(file));
  printFindings(findings.map((finding) => ({ ...finding, file, ...places.get(finding.file) })));
  process.stdout.write(text);
}
