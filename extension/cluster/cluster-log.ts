import type { Disposable } from "vscode";
import type { CurrentCluster } from "./current-cluster.ts";
import { logLineOf, type LogLine } from "./fact-lines.ts";

/** Who takes lines of the log. */
export interface LineSink {
  write(line: LogLine): void;
  show(): Promise<void>;
}

/** Writes what happens in the cluster, and what its instances print, into the log. */
export function logCluster(cluster: CurrentCluster, log: LineSink): Disposable {
  return cluster.onDidReceiveFacts(({ facts }) => {
    for (const fact of facts) {
      const line = logLineOf(fact);
      if (line) log.write(line);
    }
  });
}
