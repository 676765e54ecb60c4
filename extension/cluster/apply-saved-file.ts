import { window, type Disposable } from "vscode";
import { changesBetween } from "../../simulator/protocol/cluster-changes.ts";
import type { ClusterFile, ClusterFiles } from "../cluster-file/cluster-files.ts";
import type { LineSink } from "./cluster-log.ts";
import type { CurrentCluster } from "./current-cluster.ts";

/** What applying a saved file needs besides the files. */
export interface SavedFileContext {
  readonly cluster: CurrentCluster;
  readonly log: LineSink;
  readonly restart: () => Promise<unknown>;
}

/** Saving the cluster file of the running cluster changes its services at once. */
export function applySavedFiles(files: ClusterFiles, context: SavedFileContext): Disposable {
  // One after the other: a second save must compare with what the first one made.
  let last: Promise<void> = Promise.resolve();
  return files.onDidChange((file) => {
    if (!file) return;
    last = last.then(() =>
      apply(file, context).catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        context.log.write({ level: "error", text: message });
        void window.showErrorMessage(`The saved cluster file could not be applied: ${message}`);
      }),
    );
  });
}

async function apply(
  file: ClusterFile,
  { cluster, log, restart }: SavedFileContext,
): Promise<void> {
  const { plan, phase } = cluster;
  if (phase !== "running" || plan?.file !== file.file) return;
  if (!file.spec || file.errors.length > 0) return;
  const { define, remove, needsRestart } = changesBetween(plan.spec, file.spec);
  for (const [service, spec] of Object.entries(define)) {
    log.write({ level: "info", text: `fuseboard.yaml was saved: ${service} is exchanged.` });
    await cluster.defineService(service, spec, false);
  }
  for (const service of remove) {
    if (plan.unwritten.includes(service)) continue;
    log.write({ level: "info", text: `fuseboard.yaml was saved: ${service} is removed.` });
    await cluster.removeService(service);
  }
  cluster.markWritten(Object.keys(file.spec.services));
  if (needsRestart) {
    const again = "Restart Cluster";
    const text = "Registry and gateway take their new settings when the cluster starts again.";
    if ((await window.showInformationMessage(text, again)) === again) await restart();
  }
}
