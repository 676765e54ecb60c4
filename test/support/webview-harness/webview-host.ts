import type { Page } from "playwright-core";
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  type DataCallback,
  type Message,
} from "vscode-jsonrpc/node";
import { serve, type RequestClient } from "../../../simulator/protocol/channel.ts";
import type { FactBatch } from "../../../simulator/protocol/events.ts";
import { PANEL_METHODS } from "../../../simulator/protocol/panel.ts";
import { FACTS_NOTIFICATION, WEBVIEW_REQUESTS } from "../../../simulator/protocol/requests.ts";

class PageReader extends AbstractMessageReader {
  #callback: DataCallback | undefined;
  listen(callback: DataCallback) {
    this.#callback = callback;
    return { dispose: () => (this.#callback = undefined) };
  }
  receive(message: Message): void {
    this.#callback?.(message);
  }
}

class PageWriter extends AbstractMessageWriter {
  readonly #page: Page;
  constructor(page: Page) {
    super();
    this.#page = page;
  }
  async write(message: Message): Promise<void> {
    if (this.#page.isClosed()) return;
    try {
      await this.#page.evaluate((data) => {
        window.postMessage(data, "*");
      }, message);
    } catch (error) {
      // What was on its way when the page was closed is lost with it.
      if (!this.#page.isClosed()) throw error;
    }
  }
  end(): void {
    // The channel ends with the page.
  }
}

/** The extension's end of a webview's channel, with a real simulator behind it. */
export interface WebviewHost {
  facts(batch: FactBatch): void;
  tell(method: string, params: unknown): Promise<void>;
}

/** Gives a page what VS Code gives a webview, and answers it as the extension does. */
export async function hostWebview(
  page: Page,
  client: () => RequestClient | undefined,
): Promise<WebviewHost> {
  const reader = new PageReader();
  const connection = createMessageConnection(reader, new PageWriter(page));
  await page.exposeFunction("toHost", (message: Message) => {
    reader.receive(message);
  });
  await page.addInitScript(() => {
    const saved = sessionStorage.getItem("state");
    let state: unknown = saved === null ? undefined : JSON.parse(saved);
    Object.assign(window, {
      acquireVsCodeApi: () => ({
        getState: () => state,
        setState: (next: unknown) => {
          state = next;
          sessionStorage.setItem("state", JSON.stringify(next));
        },
        postMessage: (message: unknown) => {
          (window as unknown as { toHost(m: unknown): void }).toHost(message);
        },
      }),
    });
  });
  const ask = () => {
    const asked = client();
    if (!asked) throw new Error("No cluster is running.");
    return asked;
  };
  serve(
    connection,
    Object.fromEntries(
      WEBVIEW_REQUESTS.map((name) => [name, (params: never) => ask().request(name, params)]),
    ),
  );
  let greeted = false;
  connection.onRequest(PANEL_METHODS.hello, async () => {
    greeted = true;
    return (await client()?.request("snapshot", null)) ?? null;
  });
  for (const method of [
    PANEL_METHODS.startCluster,
    PANEL_METHODS.stopCluster,
    PANEL_METHODS.invoke,
    PANEL_METHODS.openSource,
  ]) {
    connection.onRequest(method, () => null);
  }
  connection.onRequest(PANEL_METHODS.payload, () => '{"sku": "apple", "quantity": 1}');
  connection.listen();
  const tell = (method: string, params: unknown) => connection.sendNotification(method, params);
  return {
    tell,
    facts: (batch) => {
      if (greeted) void tell(FACTS_NOTIFICATION.method, batch);
    },
  };
}
