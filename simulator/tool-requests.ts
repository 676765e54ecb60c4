import { isAbsolute } from "node:path";
import { resilienceFormatFor, resilienceFormatOf } from "./interop/hystrix/index.ts";
import { formatFor, formatOf } from "./interop/index.ts";
import { readIncludes } from "./interop/read-includes.ts";
import { FuseboardError } from "./kernel/errors.ts";
import { runCommand } from "./offline/command-run.ts";
import { compareAlgorithms } from "./offline/compare.ts";
import type { RequestHandlers } from "./protocol/channel.ts";

/** What can be asked without a cluster. */
type ToolRequests = Pick<
  RequestHandlers,
  | "compareAlgorithms"
  | "readConfiguration"
  | "writeConfiguration"
  | "readResilience"
  | "writeResilience"
  | "simulateCommand"
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
  readResilience: ({ path, text }) => {
    const format = resilienceFormatFor(path, text);
    const read = format?.read?.({ path, text });
    if (!format || !read) return null;
    return { format: format.id, commands: [...read.commands], findings: [...read.findings] };
  },
  writeResilience: ({ format, services }) => {
    const { text, findings } = resilienceFormatOf(format).write(services);
    return { text, findings: [...findings] };
  },
  simulateCommand: ({ breaker, traffic, seed }) => runCommand(breaker, traffic, seed),
};
