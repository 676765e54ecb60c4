import { randomBytes } from "node:crypto";
import { Uri, window, type Disposable, type ViewColumn, type WebviewPanel } from "vscode";

/** What is the same for all that a panel shows. */
export interface PagePanelOptions {
  readonly extensionUri: Uri;
  /** `viewType` of the panel. */
  readonly id: string;
  readonly title: string;
  readonly style: string;
  readonly column: ViewColumn;
  /** Whether the editor keeps the focus when it opens. */
  readonly preserveFocus: boolean;
  /** Commands that its links may run. */
  readonly commands: readonly string[];
}

/** A page with links and no script: at most one a window. */
export class PagePanel implements Disposable {
  readonly #options: PagePanelOptions;
  #panel: WebviewPanel | undefined;

  constructor(options: PagePanelOptions) {
    this.#options = options;
  }

  /** @param body HTML, escaped where it needs to be */
  show(title: string, body: string): void {
    const panel = (this.#panel ??= this.#open());
    panel.title = title;
    panel.webview.html = pageOf(this.#options, body);
    panel.reveal(undefined, true);
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  #open(): WebviewPanel {
    const { extensionUri, id, title, column: viewColumn, preserveFocus, commands } = this.#options;
    const panel = window.createWebviewPanel(
      id,
      title,
      { viewColumn, preserveFocus },
      { enableCommandUris: commands, localResourceRoots: [] },
    );
    const icon = (theme: string) =>
      Uri.joinPath(extensionUri, "extension", "media", `topology-${theme}.svg`);
    panel.iconPath = { light: icon("light"), dark: icon("dark") };
    panel.onDidDispose(() => (this.#panel = undefined));
    return panel;
  }
}

/** The link that runs a command with one argument. */
export function commandLink(command: string, argument: object): string {
  return `command:${command}?${encodeURIComponent(JSON.stringify([argument]))}`;
}

function pageOf({ title, style }: PagePanelOptions, body: string): string {
  const nonce = randomBytes(16).toString("base64");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style nonce="${nonce}">${style}</style>
</head>
<body>
${body}
</body>
</html>
`;
}
