import type { Disposable, LogOutputChannel } from "vscode";
import type { CurrentCluster } from "./current-cluster.ts";
import { logLineOf } from "./fact-lines.ts";

/** Writes what happens in the cluster, and what its instances print, into the log. */
export function logCluster(cluster: CurrentCluster, log: LogOutputChannel): Disposable {
  return cluster.onDidReceiveFacts(({ facts }) => {
    for (const fact of facts) {
      const line = logLineOf(fact);
      if (line) log[line.level](line.text);
    }
  });
}
