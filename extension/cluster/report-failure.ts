import { commands, window, type Disposable } from "vscode";
import { COMMANDS } from "../contributions.ts";
import type { LineSink } from "./cluster-log.ts";
import type { CurrentCluster } from "./current-cluster.ts";

/** Says when a cluster failed, once, and offers to start it again. Never by itself. */
export function reportFailures(cluster: CurrentCluster, log: LineSink): Disposable {
  return cluster.onDidChangePhase((phase) => {
    if (phase !== "failed") return;
    const message = cluster.failure ?? "The cluster failed.";
    log.write({ level: "error", text: message });
    void offer(message, log);
  });
}

async function offer(message: string, log: LineSink): Promise<void> {
  const again = "Restart";
  const show = "Show Log";
  const answer = await window.showErrorMessage(`Fuseboard: ${message}`, again, show);
  if (answer === again) await commands.executeCommand(COMMANDS.restartCluster);
  if (answer === show) await log.show();
}
