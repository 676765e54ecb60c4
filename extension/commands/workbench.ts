import type { ExtensionContext } from "vscode";
import type { Selection } from "../../simulator/protocol/panel.ts";
import type { ClusterFiles } from "../cluster-file/cluster-files.ts";
import type { LineSink } from "../cluster/cluster-log.ts";
import type { ClusterStarter } from "../cluster/cluster-starter.ts";
import type { CurrentCluster } from "../cluster/current-cluster.ts";
import type { ComparisonPanel } from "../configurations/comparison-panel.ts";
import type { Configurations } from "../configurations/configurations.ts";
import type { Simulations } from "../configurations/simulations.ts";
import type { ToolsServer } from "../configurations/tools-server.ts";
import type { WorkspaceFunctions } from "../functions/workspace-functions.ts";
import type { SimulationPanel } from "../hystrix-code/simulation-panel.ts";
import type { WorkspaceCode } from "../hystrix-code/workspace-code.ts";
import type { PayloadChooser } from "../invoke/choose-payload.ts";
import type { InlineSummary } from "../invoke/inline-summary.ts";
import type { ResultView } from "../invoke/result-view.ts";

/** What commands work with. */
export interface Workbench {
  readonly context: ExtensionContext;
  readonly log: LineSink;
  readonly cluster: CurrentCluster;
  readonly starter: ClusterStarter;
  readonly files: ClusterFiles;
  readonly functions: WorkspaceFunctions;
  readonly payloads: PayloadChooser;
  readonly results: ResultView;
  readonly inline: InlineSummary;
  readonly tools: ToolsServer;
  readonly configurations: Configurations;
  readonly simulations: Simulations;
  readonly comparison: ComparisonPanel;
  /** What the workspace's Go code has of hystrix-go, and the page that simulates a command. */
  readonly code: WorkspaceCode;
  readonly commandPage: SimulationPanel;
  /** Opens the webview panel, or brings it to the front, and selects in it. */
  openTopology(selection?: Selection): void;
}

/**
 * One command. @param argument a row of the tree, a function above which a lens was clicked, or
 * undefined from the palette. What it throws is shown to the user.
 */
export type Command = (workbench: Workbench, argument: unknown) => unknown;
