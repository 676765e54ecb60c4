import { ViewColumn, type Disposable, type Uri } from "vscode";
import { COMMANDS } from "../contributions.ts";
import { commandLink, PagePanel } from "../panel/page-panel.ts";
import { comparisonBody, type ComparisonLinks } from "./comparison-page.ts";
import { COMPARISON_STYLE } from "./comparison-style.ts";
import type { Comparison } from "./comparison.ts";

/** The page of the newest comparison. */
export class ComparisonPanel implements Disposable {
  readonly #panel: PagePanel;

  constructor(extensionUri: Uri) {
    this.#panel = new PagePanel({
      extensionUri,
      id: "fuseboard.comparison",
      title: "Compare algorithms",
      style: COMPARISON_STYLE,
      column: ViewColumn.Active,
      preserveFocus: false,
      commands: [COMMANDS.compareAlgorithms, COMMANDS.simulateUpstream],
    });
  }

  /** @param argument of the commands behind the page's links: what was compared */
  show(comparison: Comparison, argument: object): void {
    const body = comparisonBody(comparison, linksFor(argument));
    this.#panel.show(`Compare: ${comparison.name}`, body);
  }

  dispose(): void {
    this.#panel.dispose();
  }
}

function linksFor(argument: object): ComparisonLinks {
  const link = (command: string, more: object) => commandLink(command, { ...argument, ...more });
  return {
    traffic: link(COMMANDS.compareAlgorithms, { ask: "traffic" }),
    algorithms: link(COMMANDS.compareAlgorithms, { ask: "algorithms" }),
    use: (algorithm) => link(COMMANDS.simulateUpstream, { algorithm }),
  };
}
