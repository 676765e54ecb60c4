import { isAbsolute } from "node:path";
import { formatFor, formatOf } from "./interop/index.ts";
import { readIncludes } from "./interop/read-includes.ts";
import { FuseboardError } from "./kernel/errors.ts";
import { compareAlgorithms } from "./offline/compare.ts";
import type { RequestHandlers } from "./protocol/channel.ts";

/** What can be asked without a cluster. */
type ToolRequests = Pick<
  RequestHandlers,
  "compareAlgorithms" | "readConfiguration" | "writeConfiguration"
>;

/** Answers the requests that need no cluster. */
export const toolRequests: ToolRequests = {
  compareAlgorithms: async ({ spec, algorithms, ...traffic }) => ({
    runs: await compareAlgorithms(spec, algorithms, traffic),
  }),
  readConfiguration: ({ path, text, version }) => {
    const format = formatFor(path, text);
    const include = isAbsolute(path) ? readIncludes(path) : undefined;
    const read = format?.read?.({ path, text, version, ...(include && { include }) });
    if (!format || !read) return null;
    const services = read.services
      .filter(({ file }) => file === path)
      .map(({ name, serviceName = name, line, endLine, service }) => ({
        ...{ name, serviceName, line, endLine, service },
      }));
    return { format: format.id, services, findings: [...read.findings] };
  },
  writeConfiguration: ({ format: id, services, version }) => {
    const format = formatOf(id);
    if (!format)
      throw new FuseboardError("no-writer", `There is no writer of ${id} configurations.`);
    const { text, findings } = format.write(services, version);
    return { text, findings: [...findings] };
  },
};
