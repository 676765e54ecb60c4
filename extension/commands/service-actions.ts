import { commands, type QuickPickItem } from "vscode";
import { serviceStateText } from "../codelens/lens-text.ts";
import { summarizeService } from "../cluster/summary.ts";
import type { BreakerState } from "../../simulator/protocol/model.ts";
import { COMMANDS, type CommandName } from "../contributions.ts";
import { pickOne, pickService, runningSnapshot } from "./pick.ts";
import type { Command } from "./workbench.ts";

interface Action extends QuickPickItem {
  readonly command: CommandName;
}

/** The menu behind a function's state: trips or resets its breaker, and more. */
export const showServiceActions: Command = async (workbench, argument) => {
  const service = await pickService(workbench, argument, "Service");
  if (!service) return;
  const snapshot = runningSnapshot(workbench);
  const summary = summarizeService(snapshot, service.name);
  const title = summary ? `${service.name}: ${serviceStateText(summary)}` : service.name;
  const loaded = service.name in snapshot.loads;
  const chosen = await pickOne(actionsOf(service.breaker, loaded), title, "Action");
  if (!chosen) return;
  const target = { target: { service: service.name } };
  await commands.executeCommand(COMMANDS[chosen.command], target);
};

function actionsOf(breaker: BreakerState | undefined, loaded: boolean): Action[] {
  const actions: Action[] = [];
  if (breaker !== undefined) {
    const { status, until } = breaker;
    // What is tripped for a time may be tripped for good.
    if (status !== "forced-open" || until !== undefined) {
      actions.push({ label: "$(zap) Trip Breaker", command: "tripBreaker" });
    }
    actions.push({ label: "$(watch) Trip Breaker For…", command: "tripBreakerFor" });
    if (status !== "closed") {
      actions.push({ label: "$(discard) Reset Breaker", command: "resetBreaker" });
    }
    if (status !== "half-open") {
      actions.push({
        label: "$(debug-step-over) Half-Open Breaker Now (One Probe)",
        command: "probeBreaker",
      });
    }
    if (status !== "held-closed") {
      actions.push({ label: "$(lock) Hold Breaker Closed", command: "holdBreakerClosed" });
    }
  }
  actions.push(
    { label: "$(multiple-windows) Scale Service…", command: "scaleService" },
    { label: "$(list-ordered) Choose Balancer…", command: "chooseBalancer" },
    { label: "$(flame) Inject Fault…", command: "injectFault" },
    loaded
      ? { label: "$(debug-stop) Stop Load", command: "stopLoad" }
      : { label: "$(pulse) Start Load…", command: "startLoad" },
    { label: "$(type-hierarchy) Open Topology", command: "openTopology" },
    { label: "$(stop-circle) Stop Cluster", command: "stopCluster" },
  );
  return actions;
}
