import { Readable } from "node:stream";
import type { WireResponse } from "../call/contract.ts";

/** What becomes of a body, chunk by chunk. What it throws breaks the body off. */
export type Reshape = (
  body: AsyncIterable<Buffer>,
  gone: AbortSignal,
) => AsyncGenerator<Buffer, void, undefined>;

/** An answer with a streamed body that comes otherwise; `gone` aborts when nobody reads it. */
export function reshaped(response: WireResponse, body: Readable, reshape: Reshape): WireResponse {
  const gone = new AbortController();
  const chunks = reshape(body as AsyncIterable<Buffer>, gone.signal);
  const stream = new Readable({
    // What has been passed on is read before the next chunk, or the end, is asked for.
    highWaterMark: 1,
    read: () => {
      chunks.next().then(
        ({ value, done }) => {
          if (!stream.destroyed) stream.push(done ? null : value);
        },
        (error: unknown) => stream.destroy(error as Error),
      );
    },
    destroy: (error, destroyed) => {
      gone.abort(new Error("Nobody reads the body any more."));
      response.discard();
      destroyed(error);
    },
  });
  // Whoever reads it hears of errors too; without a reader nobody is interested.
  stream.on("error", () => undefined);
  // Also when it is not being read at that moment.
  body.once("error", (error) => stream.destroy(error));
  const done = new Promise<boolean>((resolve) => {
    stream.once("end", () => resolve(true)).once("close", () => resolve(false));
  });
  return { ...response, body: stream, done, discard: () => stream.destroy() };
}
