import type { ServerResponse } from "node:http";
import { messageOf } from "../../kernel/errors.ts";

/**
 * Answers a call with what its function returned: a web `Response` as it is, an async iterable as
 * a stream, anything else as JSON. Rejects, with nothing sent, when it cannot be made JSON.
 */
export async function answer(response: ServerResponse, result: unknown): Promise<void> {
  if (isWebResponse(result)) {
    response.statusCode = result.status;
    result.headers.forEach((value, name) => response.appendHeader(name, value));
    if (result.body) await stream(response, result.body);
    response.end();
  } else if (isAsyncIterable(result)) {
    await stream(response, result);
    response.end();
  } else {
    answerJson(response, 200, result);
  }
}

/** Answers with a value as JSON; `undefined` becomes `null`. Throws when it is not JSON. */
export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  const text = toJson(value);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** Functions and symbols have no JSON, whatever the types say. */
const stringify: (value: unknown) => string | undefined = JSON.stringify;

function toJson(value: unknown): string {
  if (value === undefined) return "null";
  let text: string | undefined;
  try {
    text = stringify(value);
  } catch (error) {
    const reason = messageOf(error).split("\n")[0] ?? "";
    throw new TypeError(`The function returned what is not JSON: ${reason}`, { cause: error });
  }
  if (text === undefined) {
    throw new TypeError(`The function returned what is not JSON: a ${typeof value}.`);
  }
  return text;
}

/** Writes chunk by chunk, at the reader's pace. Objects become one line of JSON each. */
async function stream(response: ServerResponse, chunks: AsyncIterable<unknown>): Promise<void> {
  for await (const chunk of chunks) {
    if (response.closed) return;
    const bytes = chunk instanceof Uint8Array;
    if (!response.headersSent && !response.hasHeader("content-type")) {
      response.setHeader(
        "content-type",
        bytes
          ? "application/octet-stream"
          : typeof chunk === "string"
            ? "text/plain; charset=utf-8"
            : "application/x-ndjson",
      );
    }
    const data = bytes || typeof chunk === "string" ? chunk : `${toJson(chunk)}\n`;
    if (!response.write(data)) await drained(response);
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.on("drain", done);
    response.on("close", done);
  });
}

interface WebResponse {
  readonly status: number;
  readonly headers: { forEach(each: (value: string, name: string) => void): void };
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** By its shape: naming the global `Response` would load all of fetch into every instance. */
function isWebResponse(value: unknown): value is WebResponse {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.prototype.toString.call(value) === "[object Response]"
  );
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
