import { watch } from "chokidar";
import type { Cluster } from "../cluster.ts";
import { messageOf } from "../kernel/errors.ts";
import type { Scope } from "../kernel/scope.ts";
import { changesBetween } from "../protocol/cluster-changes.ts";
import type { ClusterSpec } from "../protocol/spec.ts";
import { readClusterFile } from "./cluster-file.ts";

/** A file that is being written is left alone until its size has been still for so long. */
const STILL_FOR_MS = 60;

/** What is followed: a cluster, and the file whose services it runs. */
export interface Followed {
  readonly cluster: Pick<Cluster, "define" | "remove">;
  readonly file: string;
  /** What runs, as the file said so far. */
  readonly spec: ClusterSpec;
  readonly say: (sentence: string) => void;
}

/**
 * Changes a cluster's services as its file does, as saving it in the editor does. A file that is
 * wrong, or gone, changes nothing. Resolves when changes are seen.
 */
export async function followClusterFile(followed: Followed, scope: Scope): Promise<void> {
  const { file, say } = followed;
  let running = followed.spec;
  // One after the other: a second save must compare with what the first one made.
  let last: Promise<unknown> = Promise.resolve();
  const apply = async () => {
    const written = await readClusterFile(file);
    const { needsRestart } = changesBetween(running, written);
    await change(followed, running, written);
    running = written;
    if (needsRestart) {
      say("Registry and gateway take their new settings when the cluster starts again.");
    }
  };
  const watcher = watch(file, {
    ignoreInitial: true,
    // Editors replace a file by renaming another over it.
    atomic: true,
    awaitWriteFinish: { stabilityThreshold: STILL_FOR_MS, pollInterval: 20 },
  });
  scope.add(() => watcher.close());
  const onChange = () => {
    last = last.then(apply).catch((error: unknown) => {
      say(`${messageOf(error)}\nThe cluster goes on as it was.`);
    });
  };
  watcher.on("change", onChange).on("add", onChange);
  await new Promise<void>((resolve) => watcher.once("ready", resolve));
}

async function change(
  { cluster, say }: Followed,
  running: ClusterSpec,
  written: ClusterSpec,
): Promise<void> {
  const { define, remove } = changesBetween(running, written);
  for (const [service, spec] of Object.entries(define)) {
    say(`The cluster file has changed: ${service} is exchanged.`);
    await cluster.define(service, spec);
  }
  for (const service of remove) {
    say(`The cluster file has changed: ${service} is removed.`);
    await cluster.remove(service);
  }
}
