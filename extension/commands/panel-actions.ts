import { commands } from "vscode";
import { COMMANDS } from "../contributions.ts";
import type { PanelActions } from "../panel/panel-host.ts";
import { lastPayload, serviceSubject } from "./subject.ts";
import type { Workbench } from "./workbench.ts";

/** What the panel's page may ask for: the palette's commands, so that errors are told alike. */
export function panelActions(workbench: Workbench): PanelActions {
  const run = (command: string, argument?: unknown) =>
    Promise.resolve(commands.executeCommand(command, argument));
  return {
    startCluster: () => run(COMMANDS.startCluster),
    stopCluster: () => run(COMMANDS.stopCluster),
    invoke: (service) => run(COMMANDS.invokeFunction, { service }),
    openSource: (service) => run(COMMANDS.openFunction, { service }),
    async payload(service) {
      const state = workbench.cluster.snapshot?.services[service];
      return state && lastPayload(workbench, serviceSubject(state));
    },
  };
}
