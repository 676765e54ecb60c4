import type { Disposable as VscodeDisposable, Webview } from "vscode";
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  type DataCallback,
  type Message,
  type MessageConnection,
} from "vscode-jsonrpc/node";

class WebviewReader extends AbstractMessageReader {
  readonly #webview: Webview;

  constructor(webview: Webview) {
    super();
    this.#webview = webview;
  }

  listen(callback: DataCallback): VscodeDisposable {
    return this.#webview.onDidReceiveMessage((message: unknown) => {
      if (isMessage(message)) callback(message);
    });
  }
}

class WebviewWriter extends AbstractMessageWriter {
  readonly #webview: Webview;

  constructor(webview: Webview) {
    super();
    this.#webview = webview;
  }

  async write(message: Message): Promise<void> {
    // Not delivered to a hidden page, which asks for everything when it is shown again.
    await this.#webview.postMessage(message);
  }

  end(): void {
    // The channel ends with the panel.
  }
}

/** A JSON-RPC connection to a webview's page; it listens once its handlers are in place. */
export function connectWebview(webview: Webview): MessageConnection {
  return createMessageConnection(new WebviewReader(webview), new WebviewWriter(webview));
}

function isMessage(value: unknown): value is Message {
  return (
    typeof value === "object" && value !== null && "jsonrpc" in value && value.jsonrpc === "2.0"
  );
}
