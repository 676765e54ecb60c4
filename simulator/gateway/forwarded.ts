import type { IncomingMessage } from "node:http";
import { ATTEMPT_HEADERS, CALLER_HEADERS } from "../protocol/headers.ts";

/** Headers that belong to one connection, or that the gateway sets itself. */
export const NOT_FORWARDED: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "host",
  "content-length",
  "expect",
  CALLER_HEADERS.token,
  CALLER_HEADERS.parent,
  CALLER_HEADERS.deadline,
  ATTEMPT_HEADERS.call,
  ATTEMPT_HEADERS.attempt,
  ATTEMPT_HEADERS.exchange,
  ATTEMPT_HEADERS.client,
]);

/** The headers of a request that go on to the instance. */
export function forwarded(request: IncomingMessage): [name: string, value: string][] {
  const { rawHeaders } = request;
  const headers: [name: string, value: string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? "").toLowerCase();
    if (!NOT_FORWARDED.has(name)) headers.push([name, rawHeaders[i + 1] ?? ""]);
  }
  return headers;
}
