import { ViewColumn, type Disposable, type Uri } from "vscode";
import { COMMANDS } from "../contributions.ts";
import { commandLink, PagePanel } from "../panel/page-panel.ts";
import type { CommandSimulation } from "./command-simulation.ts";
import type { CommandTarget } from "./command-target.ts";
import type { ChoiceLinks } from "./simulation-choices.ts";
import { simulationBody } from "./simulation-page.ts";
import { SIMULATION_STYLE } from "./simulation-style.ts";

/** The page of the newest simulation of a command. */
export class SimulationPanel implements Disposable {
  readonly #panel: PagePanel;

  constructor(extensionUri: Uri) {
    this.#panel = new PagePanel({
      extensionUri,
      id: "fuseboard.commandSimulation",
      title: "Simulate command",
      style: SIMULATION_STYLE,
      column: ViewColumn.Beside,
      preserveFocus: true,
      commands: [COMMANDS.simulateCommand],
    });
  }

  show(simulation: CommandSimulation, target: CommandTarget): void {
    const body = simulationBody(simulation, linksFor(target, simulation));
    this.#panel.show(`Simulate: ${simulation.name}`, body);
  }

  dispose(): void {
    this.#panel.dispose();
  }
}

function linksFor(target: CommandTarget, { traffic: now }: CommandSimulation): ChoiceLinks {
  const link = (more: object) => commandLink(COMMANDS.simulateCommand, { ...target, ...more });
  return {
    traffic: (traffic) => link({ traffic }),
    ask: (ask) => link({ traffic: now, ask }),
  };
}
