import { commands, Disposable } from "vscode";
import type { ClusterFiles } from "../cluster-file/cluster-files.ts";
import { COMMANDS } from "../contributions.ts";
import { applySavedFiles } from "./apply-saved-file.ts";
import { logCluster, type LineSink } from "./cluster-log.ts";
import { registerClusterProblems } from "./cluster-problems.ts";
import type { CurrentCluster } from "./current-cluster.ts";
import { reportFailures } from "./report-failure.ts";

/** What goes on beside the views while a cluster runs: its log, its problems, files saved anew. */
export function followCluster(
  cluster: CurrentCluster,
  files: ClusterFiles,
  log: LineSink,
): Disposable {
  const restart = () => Promise.resolve(commands.executeCommand(COMMANDS.restartCluster));
  return Disposable.from(
    logCluster(cluster, log),
    registerClusterProblems(cluster),
    reportFailures(cluster, log),
    applySavedFiles(files, { cluster, log, restart }),
  );
}
