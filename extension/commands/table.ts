import type { CommandName } from "../contributions.ts";
import { addFunction } from "./add-function.ts";
import {
  openTopology,
  restartCluster,
  showLog,
  startCluster,
  stopCluster,
} from "./cluster-commands.ts";
import {
  holdBreakerClosed,
  probeBreaker,
  resetBreaker,
  tripBreaker,
  tripBreakerFor,
} from "./breaker-commands.ts";
import { compareAlgorithms } from "./compare-algorithms.ts";
import { exportConfiguration } from "./export-configuration.ts";
import { exportResilience } from "./export-resilience.ts";
import { clearFaults, injectFault, killInstance } from "./fault-commands.ts";
import { invokeFunction, openFunction, runFunction } from "./function-commands.ts";
import { importConfiguration } from "./import-configuration.ts";
import { importResilience } from "./import-resilience.ts";
import { startLoad, stopLoad } from "./load-commands.ts";
import { openSample } from "./open-sample.ts";
import { drainServer, makeReady, setWeight, takeDownServer } from "./server-commands.ts";
import { showServiceActions } from "./service-actions.ts";
import { chooseBalancer, restartInstance, scaleService } from "./service-commands.ts";
import { showStreamCommand } from "./show-stream-command.ts";
import { simulateCommand } from "./simulate-command.ts";
import { loadUpstream, simulateUpstream, stopSimulation } from "./simulation-commands.ts";
import { attachStream, detachStream } from "./stream-commands.ts";
import type { Command } from "./workbench.ts";

/** Every command, by its name in `contributions.ts`. */
export const COMMAND_TABLE: Readonly<Record<CommandName, Command>> = {
  startCluster,
  stopCluster,
  restartCluster,
  openTopology,
  invokeFunction,
  addFunction,
  scaleService,
  chooseBalancer,
  tripBreaker,
  tripBreakerFor,
  holdBreakerClosed,
  probeBreaker,
  resetBreaker,
  attachStream,
  detachStream,
  injectFault,
  clearFaults,
  killInstance,
  startLoad,
  stopLoad,
  simulateUpstream,
  compareAlgorithms,
  setWeight,
  drainServer,
  takeDownServer,
  makeReady,
  importConfiguration,
  exportConfiguration,
  simulateCommand,
  importResilience,
  exportResilience,
  openSample,
  showLog,
  restartInstance,
  openFunction,
  runFunction,
  showServiceActions,
  loadUpstream,
  stopSimulation,
  showStreamCommand,
};
