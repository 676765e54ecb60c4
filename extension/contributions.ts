/*
 * Every id that `package.json` contributes. A unit test compares the two, so that neither can
 * name something that the other does not know.
 */

/** Commands of the palette, category Fuseboard. */
export const PALETTE_COMMANDS = {
  startCluster: "fuseboard.startCluster",
  stopCluster: "fuseboard.stopCluster",
  restartCluster: "fuseboard.restartCluster",
  openTopology: "fuseboard.openTopology",
  invokeFunction: "fuseboard.invokeFunction",
  addFunction: "fuseboard.addFunction",
  scaleService: "fuseboard.scaleService",
  chooseBalancer: "fuseboard.chooseBalancer",
  tripBreaker: "fuseboard.tripBreaker",
  tripBreakerFor: "fuseboard.tripBreakerFor",
  holdBreakerClosed: "fuseboard.holdBreakerClosed",
  probeBreaker: "fuseboard.probeBreaker",
  resetBreaker: "fuseboard.resetBreaker",
  attachStream: "fuseboard.attachStream",
  detachStream: "fuseboard.detachStream",
  injectFault: "fuseboard.injectFault",
  clearFaults: "fuseboard.clearFaults",
  killInstance: "fuseboard.killInstance",
  startLoad: "fuseboard.startLoad",
  stopLoad: "fuseboard.stopLoad",
  simulateUpstream: "fuseboard.simulateUpstream",
  compareAlgorithms: "fuseboard.compareAlgorithms",
  setWeight: "fuseboard.setWeight",
  drainServer: "fuseboard.drainServer",
  takeDownServer: "fuseboard.takeDownServer",
  makeReady: "fuseboard.makeReady",
  importConfiguration: "fuseboard.importConfiguration",
  exportConfiguration: "fuseboard.exportConfiguration",
  simulateCommand: "fuseboard.simulateCommand",
  importResilience: "fuseboard.importResilience",
  exportResilience: "fuseboard.exportResilience",
  openSample: "fuseboard.openSample",
  showLog: "fuseboard.showLog",
} as const;

/** Commands of tree items alone; hidden from the palette. */
export const TREE_COMMANDS = {
  restartInstance: "fuseboard.restartInstance",
  openFunction: "fuseboard.openFunction",
} as const;

/** Commands behind CodeLenses; `package.json` does not name them. */
export const LENS_COMMANDS = {
  runFunction: "fuseboard.runFunction",
  showServiceActions: "fuseboard.showServiceActions",
  loadUpstream: "fuseboard.loadUpstream",
  stopSimulation: "fuseboard.stopSimulation",
  showStreamCommand: "fuseboard.showStreamCommand",
} as const;

export const COMMANDS = { ...PALETTE_COMMANDS, ...TREE_COMMANDS, ...LENS_COMMANDS } as const;
export type CommandName = keyof typeof COMMANDS;

export const VIEW_CONTAINER = "fuseboard";
export const TOPOLOGY_VIEW = "fuseboard.topology";
/** View type of the webview panel. */
export const TOPOLOGY_PANEL = "fuseboard.topologyPanel";
export const WALKTHROUGH = "fuseboard.firstSteps";

/** Settings, without the prefix `fuseboard.`. */
export const SETTINGS = {
  nodePath: "node.path",
  codeLensEnabled: "codeLens.enabled",
  defaultInstances: "instances.default",
} as const;
export const SETTINGS_PREFIX = "fuseboard";

/** Keys of `when` clauses that the extension sets. */
export const CONTEXT_KEYS = {
  /** `empty` (no cluster file), `stopped`, `starting`, `running`, `stopping` or `failed`. */
  state: "fuseboard.state",
  clusterRunning: "fuseboard.clusterRunning",
  hasBreakers: "fuseboard.hasBreakers",
  hasFaults: "fuseboard.hasFaults",
  hasStreams: "fuseboard.hasStreams",
  hasLoad: "fuseboard.hasLoad",
} as const;

export const CLUSTER_FILE_NAME = "fuseboard.yaml";
/** Scheme of the log, where it must be a document. */
export const LOG_SCHEME = "fuseboard-log";
/** Scheme of the documents that show results of calls. */
export const RESULT_SCHEME = "fuseboard-result";
