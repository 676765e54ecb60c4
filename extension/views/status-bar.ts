import { Disposable, StatusBarAlignment, ThemeColor, window, type StatusBarItem } from "vscode";
import type { ClusterFiles } from "../cluster-file/cluster-files.ts";
import type { CurrentCluster } from "../cluster/current-cluster.ts";
import { summarizeCluster } from "../cluster/summary.ts";
import { COMMANDS } from "../contributions.ts";
import { statusText } from "./status-text.ts";

const REFRESH_MS = 250;

/** The item on the left of the status bar: `3 fns · 9/9 up · 1 open`. */
export class StatusBar implements Disposable {
  readonly #files: ClusterFiles;
  readonly #cluster: CurrentCluster;
  readonly #item: StatusBarItem;
  readonly #registration: Disposable;
  #timer: NodeJS.Timeout | undefined;

  constructor(files: ClusterFiles, cluster: CurrentCluster) {
    this.#files = files;
    this.#cluster = cluster;
    this.#item = window.createStatusBarItem("fuseboard.status", StatusBarAlignment.Left, 50);
    this.#item.name = "Fuseboard";
    this.#item.command = COMMANDS.openTopology;
    this.#registration = Disposable.from(
      this.#item,
      files.onDidChange(() => this.#refresh()),
      cluster.onDidChangePhase(() => this.#refresh()),
      cluster.onDidChange(() => {
        this.#timer ??= setTimeout(() => this.#refresh(), REFRESH_MS);
      }),
    );
    this.#refresh();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#registration.dispose();
  }

  #refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { phase, snapshot, failure } = this.#cluster;
    const known = this.#files.all.reduce(
      (sum, { spec }) => sum + Object.keys(spec?.services ?? {}).length,
      0,
    );
    const status = statusText(phase, snapshot && summarizeCluster(snapshot), failure, known);
    if (!status) {
      this.#item.hide();
      return;
    }
    this.#item.text = status.text;
    this.#item.tooltip = status.tooltip;
    this.#item.backgroundColor = status.fault
      ? new ThemeColor("statusBarItem.warningBackground")
      : undefined;
    this.#item.show();
  }
}
