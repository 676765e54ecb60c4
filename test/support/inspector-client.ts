import { WebSocket } from "undici";
import type { Scope } from "../../simulator/kernel/scope.ts";

/** A debugger: a client of a process's inspector, over its WebSocket. */
export class InspectorClient {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, () => void>();
  readonly #events = new Map<string, () => void>();
  #next = 1;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const { id, method } = JSON.parse(String(data)) as { id?: number; method?: string };
      if (id !== undefined) this.#waiting.get(id)?.();
      if (method !== undefined) this.#events.get(method)?.();
    });
  }

  /** Attaches to the inspector at a `ws://` URL; detaches with the scope. */
  static async attach(url: string, scope: Scope): Promise<InspectorClient> {
    const socket = new WebSocket(url);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve());
      socket.addEventListener("error", () => reject(new Error(`No inspector at ${url}.`)));
    });
    scope.add(() => socket.close());
    const client = new InspectorClient(socket);
    await client.send("Debugger.enable");
    return client;
  }

  /** Resolves when the process has stopped. */
  async pause(): Promise<void> {
    const paused = new Promise<void>((resolve) => this.#events.set("Debugger.paused", resolve));
    await this.send("Debugger.pause");
    await paused;
  }

  async resume(): Promise<void> {
    await this.send("Debugger.resume");
  }

  send(method: string, params: object = {}): Promise<void> {
    const id = this.#next++;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }
}
