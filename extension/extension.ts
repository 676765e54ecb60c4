import { commands, Uri, type ExtensionContext } from "vscode";
import { ClusterFiles } from "./cluster-file/cluster-files.ts";
import { registerClusterFileLanguage } from "./cluster-file/cluster-file-language.ts";
import { applySavedFiles } from "./cluster/apply-saved-file.ts";
import { logCluster } from "./cluster/cluster-log.ts";
import { registerClusterProblems } from "./cluster/cluster-problems.ts";
import { ClusterStarter } from "./cluster/cluster-starter.ts";
import { CurrentCluster } from "./cluster/current-cluster.ts";
import { reportFailures } from "./cluster/report-failure.ts";
import { FunctionLenses } from "./codelens/function-lenses.ts";
import { panelActions } from "./commands/panel-actions.ts";
import { registerCommands } from "./commands/register.ts";
import type { Workbench } from "./commands/workbench.ts";
import { COMMANDS } from "./contributions.ts";
import { FunctionFinder } from "./functions/function-finder.ts";
import { WorkspaceFunctions } from "./functions/workspace-functions.ts";
import { PayloadChooser } from "./invoke/choose-payload.ts";
import { InlineSummary } from "./invoke/inline-summary.ts";
import { ResultView } from "./invoke/result-view.ts";
import { TopologyPanel } from "./panel/topology-panel.ts";
import { registerContextKeys } from "./views/context-keys.ts";
import { Log } from "./views/log.ts";
import { StatusBar } from "./views/status-bar.ts";
import { TopologyTree } from "./views/topology-tree.ts";

/** Longest time that closing the window waits for a graceful stop. */
const DEACTIVATION_MS = 3000;

let running: CurrentCluster | undefined;

/** Puts everything together; the only place that knows all parts. */
export function activate(context: ExtensionContext): void {
  const dist = (...path: string[]) => Uri.joinPath(context.extensionUri, "dist", ...path).fsPath;
  const log = new Log(context.logUri);
  const cluster = new CurrentCluster(dist("simulator", "main.cjs"), (text) =>
    log.write({ level: "warn", text }),
  );
  running = cluster;
  const files = new ClusterFiles();
  const functions = new WorkspaceFunctions(new FunctionFinder(dist("extension")));
  const tree = new TopologyTree(cluster);
  const results = new ResultView();
  const inline = new InlineSummary(functions);
  const starter = new ClusterStarter(cluster, files);
  const payloads = new PayloadChooser(context.workspaceState);
  const workbench: Workbench = {
    ...{ context, log, cluster, starter, files, functions, payloads, results, inline },
    openTopology: () => panel.show(),
  };
  const panel = new TopologyPanel(context.extensionUri, cluster, panelActions(workbench));
  const restart = () => Promise.resolve(commands.executeCommand(COMMANDS.restartCluster));
  context.subscriptions.push(
    ...[log, cluster, files, tree, panel, results, inline],
    new FunctionLenses(files, cluster, functions),
    new StatusBar(files, cluster),
    tree.onDidSelect((selection) => panel.select(selection)),
    panel.onDidSelect((selection) => void tree.reveal(selection)),
    registerContextKeys(files, cluster),
    registerClusterFileLanguage((document) => functions.refsFor(document.uri.fsPath)),
    registerClusterProblems(cluster),
    logCluster(cluster, log),
    reportFailures(cluster, log),
    applySavedFiles(files, { cluster, log, restart }),
    registerCommands(workbench),
  );
  void files.load();
}

/** Leaves nothing running behind; the simulator also notices the closed channel by itself. */
export async function deactivate(): Promise<void> {
  await running?.stop(DEACTIVATION_MS);
}
