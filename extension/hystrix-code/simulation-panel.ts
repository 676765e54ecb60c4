import { randomBytes } from "node:crypto";
import { Uri, ViewColumn, window, type Disposable, type WebviewPanel } from "vscode";
import { COMMANDS } from "../contributions.ts";
import type { CommandSimulation } from "./command-simulation.ts";
import type { CommandTarget } from "./command-target.ts";
import type { ChoiceLinks } from "./simulation-choices.ts";
import { simulationBody } from "./simulation-page.ts";
import { SIMULATION_STYLE } from "./simulation-style.ts";

/** The page of the newest simulation of a command: at most one a window. No script, only links. */
export class SimulationPanel implements Disposable {
  readonly #extensionUri: Uri;
  #panel: WebviewPanel | undefined;

  constructor(extensionUri: Uri) {
    this.#extensionUri = extensionUri;
  }

  show(simulation: CommandSimulation, target: CommandTarget): void {
    const panel = (this.#panel ??= this.#open());
    panel.title = `Simulate: ${simulation.name}`;
    const links = linksFor(target, simulation);
    panel.webview.html = page(simulationBody(simulation, links));
    panel.reveal(undefined, true);
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  #open(): WebviewPanel {
    const column = { viewColumn: ViewColumn.Beside, preserveFocus: true };
    const panel = window.createWebviewPanel("fuseboard.commandSimulation", "Simulate", column, {
      enableCommandUris: [COMMANDS.simulateCommand],
      localResourceRoots: [],
    });
    const icon = (theme: string) =>
      Uri.joinPath(this.#extensionUri, "extension", "media", `topology-${theme}.svg`);
    panel.iconPath = { light: icon("light"), dark: icon("dark") };
    panel.onDidDispose(() => (this.#panel = undefined));
    return panel;
  }
}

function linksFor(target: CommandTarget, { traffic: now }: CommandSimulation): ChoiceLinks {
  const link = (more: object) =>
    `command:${COMMANDS.simulateCommand}?${encodeURIComponent(JSON.stringify([{ ...target, ...more }]))}`;
  return {
    traffic: (traffic) => link({ traffic }),
    ask: (ask) => link({ traffic: now, ask }),
  };
}

function page(body: string): string {
  const nonce = randomBytes(16).toString("base64");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Simulate command</title>
<style nonce="${nonce}">${SIMULATION_STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`;
}
