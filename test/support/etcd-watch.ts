import type { Scope } from "../../simulator/kernel/scope.ts";
import type { EtcdClient, Message } from "./etcd-client.ts";
import { until } from "./until.ts";

/** A watch response as the bare API gives it. */
export interface WatchMessage {
  readonly header: { readonly revision: string };
  readonly watch_id: string;
  readonly created: boolean;
  readonly canceled: boolean;
  readonly compact_revision: string;
  readonly cancel_reason: string;
  readonly fragment: boolean;
  readonly events: readonly Message[];
}

/** A stream of watches that keeps all it hears. */
export class WatchRecorder {
  readonly heard: WatchMessage[] = [];
  readonly #write: (request: Message) => void;
  #error: Error | undefined;

  constructor(client: EtcdClient, scope: Scope) {
    const stream = client.stream("Watch.Watch");
    stream.on("data", (message: WatchMessage) => this.heard.push(message));
    stream.on("error", (error: Error) => (this.#error = error));
    this.#write = (request) => stream.write(request);
    scope.add(() => {
      stream.cancel();
    });
  }

  /** Sends a request; resolves with the first response after it that is wanted. */
  async ask(request: Message, wanted: (response: WatchMessage) => boolean): Promise<WatchMessage> {
    const from = this.heard.length;
    this.#write(request);
    return this.next(from, wanted);
  }

  /** Sends a request that has no answer of its own. */
  tell(request: Message): void {
    this.#write(request);
  }

  create(request: Message): Promise<WatchMessage> {
    return this.ask({ create_request: request }, ({ created }) => created);
  }

  /** The first response from position `from` on that is wanted, now or when it comes. */
  async next(from: number, wanted: (response: WatchMessage) => boolean): Promise<WatchMessage> {
    const found = () => this.heard.slice(from).find(wanted);
    await until(() => found() !== undefined || this.#error !== undefined, {
      timeoutMs: 10_000,
      everyMs: 1,
    });
    const response = found();
    if (!response) throw this.#error ?? new Error("No such watch response came within 10s.");
    return response;
  }
}
