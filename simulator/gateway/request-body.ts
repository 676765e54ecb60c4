import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { RequestBody } from "../call/contract.ts";

/** Bodies up to this size are taken whole before the first attempt. */
const WHOLE_BYTES = 64 * 1024;
/** What is kept of a larger body, so that it can be sent again. */
const REPLAY_BYTES = 1024 * 1024;

/** What came of a request's body: a body, or why there is none. */
export type Received =
  | { readonly kind: "whole"; readonly bytes: Buffer; readonly body: RequestBody }
  | { readonly kind: "streamed"; readonly body: StreamedBody }
  | { readonly kind: "too-large" }
  | { readonly kind: "broken-off" };

/**
 * Receives a small body whole. Of a larger one it resolves with what came so far and what still
 * comes.
 */
export function receiveBody(request: IncomingMessage, maxBytes: number): Promise<Received> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > maxBytes) return Promise.resolve({ kind: "too-large" });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= WHOLE_BYTES && size <= maxBytes) return;
      request.off("data", onData).off("end", onEnd).off("close", onClose);
      if (size > maxBytes) {
        resolve({ kind: "too-large" });
      } else {
        request.pause();
        resolve({ kind: "streamed", body: new StreamedBody(request, chunks, size, maxBytes) });
      }
    };
    const onEnd = () => {
      const [first] = chunks;
      const bytes = chunks.length === 1 && first ? first : Buffer.concat(chunks, size);
      resolve({
        kind: "whole",
        bytes,
        body: { open: () => bytes, replayable: true, whole: bytes },
      });
    };
    // Most have settled it before they close; it would keep the pieces of a large one until then.
    const onClose = () => resolve({ kind: "broken-off" });
    request.on("data", onData).on("end", onEnd).on("close", onClose);
  });
}

/** A large body: what came is kept up to a limit, the rest is passed on as it comes. */
export class StreamedBody implements RequestBody {
  readonly #source: IncomingMessage;
  readonly #maxBytes: number;
  #kept: Buffer[] | undefined;
  #size: number;
  #ended = false;
  #reader: Readable | undefined;
  #exceeded = false;
  #dropped = false;
  /** Called when it turns out larger than allowed. */
  onExceeded: () => void = () => undefined;

  constructor(source: IncomingMessage, chunks: Buffer[], size: number, maxBytes: number) {
    this.#source = source;
    this.#kept = chunks;
    this.#size = size;
    this.#maxBytes = maxBytes;
    source.on("data", (chunk: Buffer) => this.#take(chunk));
    source.on("end", () => {
      this.#ended = true;
      this.#reader?.push(null);
    });
    source.on("close", () => {
      if (!this.#ended) this.#reader?.destroy(new Error("The caller broke the request off."));
    });
    source.pause();
  }

  get replayable(): boolean {
    return this.#kept !== undefined;
  }

  /** Whether it turned out larger than allowed. */
  get exceeded(): boolean {
    return this.#exceeded;
  }

  open(): Readable {
    this.#reader?.destroy();
    const reader = new Readable({ read: () => this.#source.resume() });
    // An attempt that is given up destroys it; whoever reads it hears of it too.
    reader.on("error", () => undefined);
    for (const chunk of this.#kept ?? []) reader.push(chunk);
    if (this.#ended) reader.push(null);
    this.#reader = reader;
    return reader;
  }

  /** Nobody will ask for it any more: what still comes is thrown away. */
  drop(): void {
    this.#dropped = true;
    this.#kept = undefined;
    this.#reader = undefined;
  }

  #take(chunk: Buffer): void {
    if (this.#dropped) return;
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes) {
      if (this.#exceeded) return;
      this.#exceeded = true;
      this.onExceeded();
      this.#reader?.destroy(new Error("The body is too large."));
      return;
    }
    this.#kept?.push(chunk);
    if (this.#size > REPLAY_BYTES) this.#kept = undefined;
    if (this.#reader && !this.#reader.destroyed && !this.#reader.push(chunk)) this.#source.pause();
  }
}
