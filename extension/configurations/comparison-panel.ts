import { randomBytes } from "node:crypto";
import { Uri, ViewColumn, window, type Disposable, type WebviewPanel } from "vscode";
import { COMMANDS } from "../contributions.ts";
import { comparisonBody, type ComparisonLinks } from "./comparison-page.ts";
import { COMPARISON_STYLE } from "./comparison-style.ts";
import type { Comparison } from "./comparison.ts";

/** The page of the newest comparison: at most one a window. It has links, and no script. */
export class ComparisonPanel implements Disposable {
  readonly #extensionUri: Uri;
  #panel: WebviewPanel | undefined;

  constructor(extensionUri: Uri) {
    this.#extensionUri = extensionUri;
  }

  /** @param argument of the commands behind the page's links: what was compared */
  show(comparison: Comparison, argument: object): void {
    const panel = (this.#panel ??= this.#open());
    panel.title = `Compare: ${comparison.name}`;
    panel.webview.html = page(comparisonBody(comparison, linksFor(argument)));
    panel.reveal(undefined, true);
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  #open(): WebviewPanel {
    const column = { viewColumn: ViewColumn.Active, preserveFocus: false };
    const panel = window.createWebviewPanel("fuseboard.comparison", "Compare", column, {
      enableCommandUris: [COMMANDS.compareAlgorithms, COMMANDS.simulateUpstream],
      localResourceRoots: [],
    });
    const icon = (theme: string) =>
      Uri.joinPath(this.#extensionUri, "extension", "media", `topology-${theme}.svg`);
    panel.iconPath = { light: icon("light"), dark: icon("dark") };
    panel.onDidDispose(() => (this.#panel = undefined));
    return panel;
  }
}

function linksFor(argument: object): ComparisonLinks {
  const link = (command: string, more: object) =>
    `command:${command}?${encodeURIComponent(JSON.stringify([{ ...argument, ...more }]))}`;
  return {
    traffic: link(COMMANDS.compareAlgorithms, { ask: "traffic" }),
    algorithms: link(COMMANDS.compareAlgorithms, { ask: "algorithms" }),
    use: (algorithm) => link(COMMANDS.simulateUpstream, { algorithm }),
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
<title>Compare algorithms</title>
<style nonce="${nonce}">${COMPARISON_STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`;
}
