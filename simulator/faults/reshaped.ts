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
  // One byte: what has been passed on is read before the next chunk, or the end, is asked for.
  const stream = Readable.from(reshape(body as AsyncIterable<Buffer>, gone.signal), {
    objectMode: false,
    highWaterMark: 1,
  });
  // Whoever reads it hears of errors too; without a reader nobody is interested.
  stream.on("error", () => undefined);
  // Also when it is not being read at that moment.
  body.once("error", (error) => stream.destroy(error));
  const done = new Promise<boolean>((resolve) => {
    stream.once("end", () => resolve(true));
    stream.once("close", () => {
      resolve(false);
      gone.abort(new Error("Nobody reads the body any more."));
      response.discard();
    });
  });
  return { ...response, body: stream, done, discard: () => stream.destroy() };
}
