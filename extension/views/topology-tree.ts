import {
  Disposable,
  EventEmitter,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  window,
  type TreeDataProvider,
  type TreeView,
} from "vscode";
import type { Selection } from "../../simulator/protocol/panel.ts";
import type { CurrentCluster } from "../cluster/current-cluster.ts";
import { COMMANDS, TOPOLOGY_VIEW } from "../contributions.ts";
import type { TopologyNode } from "./topology-node.ts";
import { topologyNodes } from "./topology-nodes.ts";

/** Pause between two looks at whether a row changed; lease seconds count down at it. */
const REFRESH_MS = 1000;

/** The tree Topology. It is refreshed only while it is visible, and only when a row changed. */
export class TopologyTree implements TreeDataProvider<TopologyNode>, Disposable {
  readonly #cluster: CurrentCluster;
  readonly #change = new EventEmitter<void>();
  readonly #selection = new EventEmitter<Selection>();
  readonly #view: TreeView<TopologyNode>;
  readonly #registration: Disposable;
  #nodes: readonly TopologyNode[] = [];
  #shown = "";
  #timer: NodeJS.Timeout | undefined;

  readonly onDidChangeTreeData = this.#change.event;
  /** The user selected a row. */
  readonly onDidSelect = this.#selection.event;

  constructor(cluster: CurrentCluster) {
    this.#cluster = cluster;
    this.#view = window.createTreeView(TOPOLOGY_VIEW, { treeDataProvider: this });
    this.#registration = Disposable.from(
      this.#view,
      this.#view.onDidChangeVisibility(() => this.#tick()),
      this.#view.onDidChangeSelection(({ selection }) => {
        if (selection[0]?.target) this.#selection.fire(selection[0].target);
      }),
      cluster.onDidChangePhase(() => {
        this.#refresh();
        this.#tick();
      }),
    );
    this.#tick();
  }

  getChildren(node?: TopologyNode): TopologyNode[] {
    return [...(node ? node.children : this.#nodes)];
  }

  getParent(node: TopologyNode): TopologyNode | undefined {
    return this.#nodes.find(({ children }) => children.some(({ id }) => id === node.id));
  }

  getTreeItem(node: TopologyNode): TreeItem {
    // Also before its instances are there: VS Code keeps the state that it saw first.
    const isGroup = node.id.startsWith("service:") || node.context.startsWith("stream ");
    const state = isGroup ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.None;
    const item = new TreeItem(node.label, state);
    item.id = node.id;
    item.description = node.description;
    item.tooltip = new MarkdownString(node.tooltip);
    item.contextValue = node.context;
    item.iconPath = new ThemeIcon(node.icon, node.color ? new ThemeColor(node.color) : undefined);
    item.accessibilityInformation = { label: `${node.label}, ${node.description}` };
    if (node.context.split(" ").includes("gateway")) {
      item.command = { command: COMMANDS.openTopology, title: "Open Topology" };
    }
    return item;
  }

  /** Selects what was selected elsewhere, without taking the focus or opening the side bar. */
  async reveal(selection: Selection): Promise<void> {
    const id = selection === null ? undefined : rowOf(selection);
    if (!this.#view.visible || id === undefined) return;
    const node = this.#nodes.flatMap((each) => [each, ...each.children]).find((n) => n.id === id);
    if (!node || this.#view.selection[0]?.id === id) return;
    await this.#view.reveal(node, { select: true, focus: false });
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#registration.dispose();
    this.#change.dispose();
    this.#selection.dispose();
  }

  /** Begins or ends to look for changes, as the view is visible or not. */
  #tick(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (!this.#view.visible) return;
    this.#refresh();
    if (this.#cluster.snapshot) this.#timer = setInterval(() => this.#refresh(), REFRESH_MS);
  }

  #refresh(): void {
    const { snapshot } = this.#cluster;
    const nodes = snapshot ? topologyNodes(snapshot, Date.now()) : [];
    const text = JSON.stringify(nodes);
    if (text === this.#shown) return;
    this.#shown = text;
    this.#nodes = nodes;
    this.#change.fire();
  }
}

/** Id of the row of what is selected; undefined for what has none. */
function rowOf(selection: NonNullable<Selection>): string | undefined {
  if ("service" in selection) return `service:${selection.service}`;
  if ("instance" in selection) return `instance:${selection.instance}`;
  if (!("stream" in selection)) return undefined;
  const { stream, command } = selection;
  return `stream:${stream}${command === undefined ? "" : `:${command}`}`;
}
