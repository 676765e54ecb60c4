import { Uri, type ExtensionContext } from "vscode";
import { ClusterFiles } from "./cluster-file/cluster-files.ts";
import { ClusterStarter } from "./cluster/cluster-starter.ts";
import { CurrentCluster } from "./cluster/current-cluster.ts";
import { followCluster } from "./cluster/follow-cluster.ts";
import { panelActions } from "./commands/panel-actions.ts";
import { registerCommands } from "./commands/register.ts";
import type { Workbench } from "./commands/workbench.ts";
import { ComparisonPanel } from "./configurations/comparison-panel.ts";
import { Configurations } from "./configurations/configurations.ts";
import { Simulations } from "./configurations/simulations.ts";
import { ToolsServer } from "./configurations/tools-server.ts";
import { registerEditorFeatures } from "./editor-features.ts";
import { FunctionFinder } from "./functions/function-finder.ts";
import { WorkspaceFunctions } from "./functions/workspace-functions.ts";
import { HystrixReader } from "./hystrix-code/hystrix-reader.ts";
import { SimulationPanel } from "./hystrix-code/simulation-panel.ts";
import { WorkspaceCode } from "./hystrix-code/workspace-code.ts";
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

let running: { readonly cluster: CurrentCluster; readonly tools: ToolsServer } | undefined;

/** Puts everything together; the only place that knows all parts. */
export function activate(context: ExtensionContext): void {
  const dist = (...path: string[]) => Uri.joinPath(context.extensionUri, "dist", ...path).fsPath;
  const log = new Log(context.logUri);
  const main = dist("simulator", "main.cjs");
  const warn = (text: string) => log.write({ level: "warn", text });
  const cluster = new CurrentCluster(main, warn);
  const tools = new ToolsServer(main, warn);
  running = { cluster, tools };
  const files = new ClusterFiles();
  const functions = new WorkspaceFunctions(new FunctionFinder(dist("extension")));
  const tree = new TopologyTree(cluster);
  const results = new ResultView();
  const inline = new InlineSummary(functions);
  const starter = new ClusterStarter(cluster, files);
  const payloads = new PayloadChooser(context.workspaceState);
  const configurations = new Configurations(tools, warn);
  const simulations = new Simulations(cluster, configurations, log);
  const comparison = new ComparisonPanel(context.extensionUri);
  const code = new WorkspaceCode(new HystrixReader(dist("extension")));
  const commandPage = new SimulationPanel(context.extensionUri);
  const workbench: Workbench = {
    ...{ context, log, cluster, starter, files, functions, payloads, results, inline },
    ...{ tools, configurations, simulations, comparison, code, commandPage },
    openTopology: (selection) => panel.show(selection),
  };
  const panel = new TopologyPanel(context.extensionUri, cluster, panelActions(workbench));
  context.subscriptions.push(
    ...[log, cluster, tools, files, tree, panel, results, inline],
    ...[configurations, simulations, comparison, code, commandPage],
    new StatusBar(files, cluster),
    tree.onDidSelect((selection) => panel.select(selection)),
    panel.onDidSelect((selection) => void tree.reveal(selection)),
    registerContextKeys(files, cluster),
    registerEditorFeatures(workbench),
    followCluster(cluster, files, log),
    registerCommands(workbench),
  );
  void files.load();
}

/** Leaves nothing running behind; the simulator also notices the closed channel by itself. */
export async function deactivate(): Promise<void> {
  await Promise.all([running?.cluster.stop(DEACTIVATION_MS), running?.tools.stop()]);
}
