import type { Message } from "vscode-jsonrpc/browser";
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  type DataCallback,
  type Disposable,
  type MessageReader,
  type MessageWriter,
} from "vscode-jsonrpc/browser";
import type { z } from "zod";
import { clientOf, parse, type RequestClient } from "../simulator/protocol/channel.ts";
import type { FactBatch } from "../simulator/protocol/events.ts";
import type { Snapshot } from "../simulator/protocol/model.ts";
import {
  PANEL_METHODS,
  PANEL_NOTIFICATIONS,
  PANEL_REQUESTS,
  type Selection,
} from "../simulator/protocol/panel.ts";
import { FACTS_NOTIFICATION } from "../simulator/protocol/requests.ts";

type Reset = z.output<typeof PANEL_NOTIFICATIONS.reset>;
type Select = z.output<typeof PANEL_NOTIFICATIONS.select>;

/** What the host tells; called in the order in which it was sent. */
export interface HostListener {
  facts(batch: FactBatch): void;
  reset(reset: Reset): void;
  select(select: Select): void;
  /** A message that could not be understood; `problem` names what is wrong with it. */
  broken(problem: string): void;
}

/** The extension, as the webview sees it. Requests reject with a message for the user. */
export interface Host {
  /** The simulator behind the extension. */
  readonly client: RequestClient;
  /** The whole state; null while no cluster has been started. */
  hello(): Promise<Snapshot | null>;
  startCluster(): Promise<void>;
  stopCluster(): Promise<void>;
  invoke(service: string): Promise<void>;
  openSource(service: string): Promise<void>;
  /** JSON text that fits the service: sent before, or its example; null when none is known. */
  payload(service: string): Promise<string | null>;
  /** Tells what the user selected here, so that the tree follows. */
  selected(selection: Selection): void;
  /** Begins to listen; call once. */
  listen(listener: HostListener): void;
  /** What was saved last, of unknown shape: an older version may have written it. */
  savedView(): unknown;
  saveView(view: unknown): void;
}

type Api = ReturnType<typeof acquireVsCodeApi>;

class WindowReader extends AbstractMessageReader implements MessageReader {
  listen(callback: DataCallback): Disposable {
    const onMessage = (event: MessageEvent<unknown>) => {
      const { data } = event;
      if (isMessage(data)) callback(data);
    };
    window.addEventListener("message", onMessage);
    return {
      dispose: () => {
        window.removeEventListener("message", onMessage);
      },
    };
  }
}

class HostWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #api: Api;
  constructor(api: Api) {
    super();
    this.#api = api;
  }
  write(message: Message): Promise<void> {
    this.#api.postMessage(message);
    return Promise.resolve();
  }
  end(): void {
    // A webview's channel ends with its page.
  }
}

function isMessage(data: unknown): data is Message {
  return typeof data === "object" && data !== null && "jsonrpc" in data && data.jsonrpc === "2.0";
}

/** Connects to the extension by `postMessage`. The only place that knows VS Code's webview API. */
export function connectHost(): Host {
  const api = acquireVsCodeApi();
  const connection = createMessageConnection(new WindowReader(), new HostWriter(api));
  const ask = async (method: string, params: unknown): Promise<unknown> =>
    connection.sendRequest<unknown>(method, params);
  const order = async (method: string, params: unknown): Promise<void> => {
    await ask(method, params);
  };
  return {
    client: clientOf(connection),
    hello: async () =>
      parse(PANEL_REQUESTS.hello.result, await ask(PANEL_METHODS.hello, null), "snapshot"),
    startCluster: () => order(PANEL_METHODS.startCluster, null),
    stopCluster: () => order(PANEL_METHODS.stopCluster, null),
    invoke: (service) => order(PANEL_METHODS.invoke, { service }),
    openSource: (service) => order(PANEL_METHODS.openSource, { service }),
    payload: async (service) =>
      parse(
        PANEL_REQUESTS.payload.result,
        await ask(PANEL_METHODS.payload, { service }),
        "payload",
      ),
    selected: (selection) => {
      void connection.sendNotification(PANEL_METHODS.selected, { selection });
    },
    listen(listener) {
      const on = <T extends z.ZodType>(
        method: string,
        type: T,
        handle: (value: z.output<T>) => void,
      ) => {
        connection.onNotification(method, (params: unknown) => {
          try {
            handle(parse(type, params, `"${method}"`));
          } catch (error) {
            listener.broken(error instanceof Error ? error.message : String(error));
          }
        });
      };
      on(FACTS_NOTIFICATION.method, FACTS_NOTIFICATION.params, (batch) => {
        listener.facts(batch);
      });
      on(PANEL_METHODS.reset, PANEL_NOTIFICATIONS.reset, (reset) => {
        listener.reset(reset);
      });
      on(PANEL_METHODS.select, PANEL_NOTIFICATIONS.select, (select) => {
        listener.select(select);
      });
      connection.listen();
    },
    savedView: () => api.getState(),
    saveView: (view) => {
      api.setState(view);
    },
  };
}
