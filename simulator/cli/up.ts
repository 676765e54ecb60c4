import { basename, dirname, resolve } from "node:path";
import { Cluster } from "../cluster.ts";
import { cacheFolder } from "../kernel/cache-folder.ts";
import { Scope } from "../kernel/scope.ts";
import { isCallFact, type Fact } from "../protocol/events.ts";
import { followClusterFile } from "./follow-cluster-file.ts";
import { findClusterFile, readClusterFile } from "./cluster-file.ts";
import { FactLines } from "./fact-lines.ts";
import { LineWriter } from "./line-writer.ts";
import { stopSignal } from "./stop-signal.ts";

export interface UpOptions {
  readonly for?: number;
  readonly facts: "all" | "state" | "none";
  readonly record: boolean;
}

/** How long the last lines wait for their reader when all else is over. */
const LAST_WORDS_MS = 2000;

/** `fuseboard up`: a cluster without an editor, until it is stopped. */
export async function upCommand(path: string, options: UpOptions): Promise<void> {
  const file = await findClusterFile(resolve(path));
  const spec = await readClusterFile(file);
  const root = dirname(file);
  const scope = new Scope();
  const stop = stopSignal(scope, options.for);
  const out = new LineWriter(process.stdout, scope);
  const cluster = new Cluster({
    spec,
    root,
    name: basename(root),
    node: process.execPath,
    nodeEnv: {},
    cacheDir: cacheFolder(),
    record: options.record,
  });
  const early: Fact[] = [];
  let print = (fact: Fact): unknown => early.push(fact);
  cluster.log.subscribe((fact) => {
    if (fact.kind === "problem-found") complain(fact.problem.message, fact.problem.location);
    if (options.facts === "none" || (options.facts === "state" && isCallFact(fact))) return;
    print(fact);
  });
  try {
    const started = cluster.start(scope).then(() => "started" as const);
    const first = await Promise.race([started, stop.then(() => "stopped" as const), out.gone]);
    if (first === "started") {
      const { gateway, etcd } = cluster.addresses;
      void out.write({ kind: "ready", gateway, etcd, pid: process.pid });
      const lines = new FactLines(out);
      for (const fact of early) lines.add(fact);
      print = (fact) => {
        lines.add(fact);
      };
      await followClusterFile({ cluster, file, spec, say: complain }, scope);
      await Promise.race([stop, out.gone]);
    } else {
      // It is being stopped while it starts: that it could not finish is no news.
      started.catch(() => undefined);
    }
    await cluster.stop();
  } finally {
    await scope.dispose();
  }
  // Who does not read must not keep it from ending.
  const late = setTimeout(() => process.exit(), LAST_WORDS_MS);
  await out.end().finally(() => {
    clearTimeout(late);
  });
}

function complain(message: string, location?: { file: string; line?: number; column?: number }) {
  const { file, line, column } = location ?? {};
  const where = file === undefined ? "" : `${[file, line, column].filter(Boolean).join(":")}: `;
  process.stderr.write(`${where}${message}\n`);
}
