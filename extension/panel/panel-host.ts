import { Disposable, EventEmitter, type WebviewPanel } from "vscode";
import type { z } from "zod";
import { parse, serve, type RequestHandlers } from "../../simulator/protocol/channel.ts";
import {
  PANEL_METHODS,
  PANEL_REQUESTS,
  WEBVIEW_NOTIFICATIONS,
  type PanelRequestName,
  type Selection,
} from "../../simulator/protocol/panel.ts";
import {
  FACTS_NOTIFICATION,
  WEBVIEW_REQUESTS,
  type RequestInput,
  type WebviewRequestName,
} from "../../simulator/protocol/requests.ts";
import type { CurrentCluster } from "../cluster/current-cluster.ts";
import { connectWebview } from "./webview-channel.ts";

/** What the panel's buttons run: the same as the palette's commands. */
export interface PanelActions {
  startCluster(): Promise<unknown>;
  stopCluster(): Promise<unknown>;
  invoke(service: string): Promise<unknown>;
  openSource(service: string): Promise<unknown>;
  /** The payload that was sent last, else the function's example; undefined without one. */
  payload(service: string): Promise<string | undefined>;
}

type PanelParams<N extends PanelRequestName> = z.output<(typeof PANEL_REQUESTS)[N]["params"]>;

/** One open panel's channel: answers its page, and tells it what happens while it is visible. */
export class PanelHost implements Disposable {
  readonly #cluster: CurrentCluster;
  readonly #connection;
  readonly #selection = new EventEmitter<Selection>();
  readonly #registration: Disposable;
  /** Whether the page has asked for the state; facts before that would mean nothing to it. */
  #greeted = false;
  /** What to select when it has. */
  #toSelect: Selection = null;

  /** The user selected something in the page. */
  readonly onDidSelect = this.#selection.event;

  constructor(panel: WebviewPanel, cluster: CurrentCluster, actions: PanelActions) {
    this.#cluster = cluster;
    this.#connection = connectWebview(panel.webview);
    this.#answer(actions);
    this.#registration = Disposable.from(
      this.#connection,
      cluster.onDidReceiveFacts((batch) => {
        if (this.#greeted && panel.visible) this.#tell(FACTS_NOTIFICATION.method, batch);
      }),
      cluster.onDidChangePhase((phase) => {
        // The other phases come with the facts.
        if (!this.#greeted || !/^(starting|stopped|failed)$/.test(phase)) return;
        this.#tell(PANEL_METHODS.reset, { snapshot: cluster.snapshot ?? null, phase });
      }),
      panel.onDidChangeViewState(() => {
        // A hidden page is thrown away; the new one greets anew.
        if (!panel.visible) this.#greeted = false;
      }),
    );
    this.#connection.listen();
  }

  /** Selects in the page and brings into view; in one that is still loading as soon as it can. */
  select(selection: Selection): void {
    if (this.#greeted) this.#tell(PANEL_METHODS.select, { selection });
    else this.#toSelect = selection;
  }

  dispose(): void {
    this.#registration.dispose();
    this.#selection.dispose();
  }

  #answer(actions: PanelActions): void {
    serve(this.#connection, relayTo(this.#cluster));
    this.#on("hello", () => {
      this.#greeted = true;
      if (this.#toSelect) this.select(this.#toSelect);
      this.#toSelect = null;
      return this.#cluster.snapshot ?? null;
    });
    this.#on("startCluster", () => actions.startCluster().then(() => null));
    this.#on("stopCluster", () => actions.stopCluster().then(() => null));
    this.#on("invoke", ({ service }) => actions.invoke(service).then(() => null));
    this.#on("openSource", ({ service }) => actions.openSource(service).then(() => null));
    this.#on("payload", ({ service }) => actions.payload(service));
    this.#connection.onNotification(PANEL_METHODS.selected, (params: unknown) => {
      const { selected } = WEBVIEW_NOTIFICATIONS;
      this.#selection.fire(parse(selected, params, "selection").selection);
    });
  }

  #on<N extends PanelRequestName>(name: N, handle: (params: PanelParams<N>) => unknown): void {
    this.#connection.onRequest(PANEL_METHODS[name], async (params: unknown) => {
      const valid = parse(PANEL_REQUESTS[name].params, params ?? null, `"${name}"`);
      return (await handle(valid as PanelParams<N>)) ?? null;
    });
  }

  #tell(method: string, params: unknown): void {
    // A page that is gone needs no news; it asks again when it comes back.
    this.#connection.sendNotification(method, params).catch(() => undefined);
  }
}

/** Passes on the requests that a webview may make, and no others. */
function relayTo(cluster: CurrentCluster): Partial<RequestHandlers> {
  const relay = <N extends WebviewRequestName>(name: N) => [
    name,
    (params: RequestInput<N>) => cluster.request(name, params),
  ];
  return Object.fromEntries(WEBVIEW_REQUESTS.map(relay)) as Partial<RequestHandlers>;
}
