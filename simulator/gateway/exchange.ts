import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { WireError, type Headers, type WireRequest, type WireResponse } from "../call/contract.ts";
import type { Cancellation, CancellationListener } from "../kernel/cancellation.ts";
import { codeOf, messageOf } from "../kernel/errors.ts";

/** Answers up to this size are taken whole, so that one that breaks off can be tried again. */
const WHOLE_BYTES = 64 * 1024;

/** One request on a connection, and its answer: whole when it is small, else as it comes. */
export class Exchange implements Dispatcher.DispatchHandler, CancellationListener {
  readonly #instance: string;
  readonly #request: WireRequest;
  readonly #cancellation: Cancellation;
  readonly #resolve: (response: WireResponse) => void;
  readonly #reject: (error: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #answered = false;
  #status = 0;
  #headers: Headers = [];
  #chunks: Buffer[] = [];
  #size = 0;
  #stream: Readable | undefined;
  #finish: (whole: boolean) => void = () => undefined;

  constructor(
    instance: string,
    request: WireRequest,
    cancellation: Cancellation,
    resolve: (response: WireResponse) => void,
    reject: (error: Error) => void,
  ) {
    this.#instance = instance;
    this.#request = request;
    this.#cancellation = cancellation;
    this.#resolve = resolve;
    this.#reject = reject;
    cancellation.listen(this);
  }

  /** Nobody waits for it any more. */
  canceled(reason: Error): void {
    this.#controller?.abort(reason);
    this.#fail(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    const { reason } = this.#cancellation;
    if (reason) controller.abort(reason);
    else this.#request.sent();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = listOf(headers);
    const length = headers["content-length"];
    if (typeof length !== "string" || Number(length) > WHOLE_BYTES) this.#startStream();
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#stream) {
      if (!this.#stream.push(chunk)) controller.pause();
      return;
    }
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }

  onResponseEnd(): void {
    if (this.#stream) {
      this.#stream.push(null);
      this.#finish(true);
      this.#settle();
      return;
    }
    const [first] = this.#chunks;
    const body =
      this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks, this.#size);
    this.#answer({ body, done: Promise.resolve(true), discard: () => undefined });
    this.#settle();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }

  /** The head is the answer; the body follows as it comes. */
  #startStream(): void {
    const stream = new Readable({
      read: () => this.#controller?.resume(),
      destroy: (error, done) => {
        if (!stream.readableEnded)
          this.#controller?.abort(error ?? new Error("The body was given up."));
        done(error);
      },
    });
    // Whoever reads it hears of errors too; without a reader nobody is interested.
    stream.on("error", () => undefined);
    this.#stream = stream;
    const done = new Promise<boolean>((resolve) => (this.#finish = resolve));
    this.#answer({ body: stream, done, discard: () => stream.destroy() });
  }

  #answer(rest: Pick<WireResponse, "body" | "done" | "discard">): void {
    this.#answered = true;
    this.#resolve({ status: this.#status, headers: this.#headers, ...rest });
  }

  #fail(error: Error): void {
    this.#settle();
    this.#finish(false);
    if (this.#stream && !this.#stream.destroyed) this.#stream.destroy(error);
    if (this.#answered) return;
    this.#answered = true;
    const [status, headers] = [this.#status, this.#headers];
    const begun = status === 0 ? undefined : { status, headers, body: Buffer.concat(this.#chunks) };
    this.#reject(this.#cancellation.reason ? error : new WireError(this.#sentence(error), begun));
  }

  #settle(): void {
    this.#cancellation.unlisten(this);
  }

  #sentence(error: Error): string {
    const code = codeOf(error);
    if (code === "ECONNREFUSED") return `${this.#instance} refused the connection.`;
    if (code === "ECONNRESET" || code === "UND_ERR_SOCKET" || code === "EPIPE") {
      return `${this.#instance} broke the connection off.`;
    }
    return `The connection to ${this.#instance} failed: ${messageOf(error)}`;
  }
}

function listOf(headers: Record<string, string | string[] | undefined>): Headers {
  const list: [string, string][] = [];
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === "string") list.push([name, value]);
    else for (const each of value ?? []) list.push([name, each]);
  }
  return list;
}
