import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import type { ImportedService } from "../interop/contract.ts";
import { FuseboardError } from "../kernel/errors.ts";
import { Scope } from "../kernel/scope.ts";
import { balance } from "../offline/balance.ts";
import { lines } from "../offline/line-batches.ts";
import { ServiceSpec } from "../protocol/spec.ts";
import { LineWriter } from "./line-writer.ts";
import { printFindings, readConfiguration } from "./read-configuration.ts";
import { standardInput } from "./standard-input.ts";
import { unreadable } from "./unreadable.ts";

export interface BalanceOptions {
  readonly upstream?: string;
  readonly trace: string;
  readonly version?: string;
}

/**
 * `fuseboard balance`: the picks of a configuration of nginx or HAProxy for a trace of requests, in
 * virtual time. One JSON object a line in, one out.
 */
export async function balanceCommand(path: string, options: BalanceOptions): Promise<void> {
  const imported = await readUpstream(path, options);
  const spec = ServiceSpec.parse(imported.service);
  const scope = new Scope();
  const out = new LineWriter(process.stdout, scope);
  const reader = { gone: false };
  void out.gone.then(() => (reader.gone = true));
  try {
    const input = await openTrace(options.trace);
    for await (const line of balance(spec, lines(input), warn)) {
      if (reader.gone) break;
      await out.write(line);
    }
    input.destroy();
    await out.end();
  } finally {
    await scope.dispose();
  }
}

function warn(message: string): void {
  process.stderr.write(`fuseboard: ${message}\n`);
}

/** The upstream or backend that is asked for, or the only one there is. */
async function readUpstream(path: string, options: BalanceOptions): Promise<ImportedService> {
  const { format, services, findings } = await readConfiguration(path, options.version);
  printFindings(findings.filter(({ severity }) => severity !== "note"));
  if (findings.some(({ severity }) => severity === "error")) {
    throw new FuseboardError("configuration", `${format.label} would not start with ${path}.`);
  }
  const names = services.map(({ name }) => name).join(", ");
  const { upstream } = options;
  if (upstream === undefined) {
    const [only, ...others] = services;
    if (only && others.length === 0) return only;
    const what = only
      ? `has several: ${names}. Name one with --upstream`
      : "has no upstream or backend with servers";
    throw new FuseboardError("usage", `${path} ${what}.`);
  }
  const found = services.find(({ name }) => name === upstream);
  if (found) return found;
  const known = names === "" ? "There is none" : `Known: ${names}`;
  throw new FuseboardError("usage", `${path} has no upstream "${upstream}". ${known}.`);
}

/** The trace's text: a file, or standard input for `-`. */
async function openTrace(path: string): Promise<Readable> {
  if (path === "-") return standardInput();
  try {
    const file = await open(path);
    if (!(await file.stat()).isDirectory()) return file.createReadStream();
    await file.close();
  } catch (error) {
    throw unreadable(`The trace ${path}`, error);
  }
  throw new FuseboardError("usage", `The trace ${path} cannot be read: it is a folder.`);
}
