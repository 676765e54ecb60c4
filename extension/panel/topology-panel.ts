import type { Disposable } from "vscode";
import { EventEmitter, Uri, ViewColumn, window, type WebviewPanel } from "vscode";
import type { Selection } from "../../simulator/protocol/panel.ts";
import type { CurrentCluster } from "../cluster/current-cluster.ts";
import { TOPOLOGY_PANEL } from "../contributions.ts";
import { PanelHost, type PanelActions } from "./panel-host.ts";
import { panelHtml } from "./panel-html.ts";

/** The webview panel *Fuseboard: Topology*: at most one a window; it survives a reload. */
export class TopologyPanel implements Disposable {
  readonly #extensionUri: Uri;
  readonly #cluster: CurrentCluster;
  readonly #actions: PanelActions;
  readonly #selection = new EventEmitter<Selection>();
  readonly #serializer: Disposable;
  #open: { panel: WebviewPanel; host: PanelHost } | undefined;

  readonly onDidSelect = this.#selection.event;

  constructor(extensionUri: Uri, cluster: CurrentCluster, actions: PanelActions) {
    this.#extensionUri = extensionUri;
    this.#cluster = cluster;
    this.#actions = actions;
    this.#serializer = window.registerWebviewPanelSerializer(TOPOLOGY_PANEL, {
      deserializeWebviewPanel: (panel) => {
        this.#adopt(panel);
        return Promise.resolve();
      },
    });
  }

  /** Opens it, or brings it to the front, and selects in it. */
  show(selection?: Selection): void {
    if (this.#open) {
      this.#open.panel.reveal();
    } else {
      this.#adopt(
        window.createWebviewPanel(TOPOLOGY_PANEL, "Fuseboard: Topology", ViewColumn.Active, {}),
      );
    }
    if (selection) this.#open?.host.select(selection);
  }

  /** Selects in the page, if it is open. */
  select(selection: Selection): void {
    this.#open?.host.select(selection);
  }

  dispose(): void {
    this.#serializer.dispose();
    this.#open?.panel.dispose();
    this.#selection.dispose();
  }

  #adopt(panel: WebviewPanel): void {
    this.#open?.panel.dispose();
    const dist = Uri.joinPath(this.#extensionUri, "dist", "webview");
    panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
    const icon = (theme: string) =>
      Uri.joinPath(this.#extensionUri, "extension", "media", `topology-${theme}.svg`);
    panel.iconPath = { light: icon("light"), dark: icon("dark") };
    const host = new PanelHost(panel, this.#cluster, this.#actions);
    host.onDidSelect((selection) => this.#selection.fire(selection));
    const opened = { panel, host };
    panel.onDidDispose(() => {
      host.dispose();
      if (this.#open === opened) this.#open = undefined;
    });
    this.#open = opened;
    panel.webview.html = panelHtml(panel.webview, dist);
  }
}
