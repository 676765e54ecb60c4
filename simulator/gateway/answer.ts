import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline as pipe } from "node:stream/promises";
import type { CallReply } from "../call/contract.ts";
import { ANSWER_HEADERS } from "../protocol/headers.ts";
import { NOT_FORWARDED } from "./forwarded.ts";

/** A body up to this size goes out together with the head. */
const ONE_WRITE_BYTES = 16 * 1024;
/** So long a body that nobody wants is still read and thrown away (nginx's `lingering_time`). */
const LINGER_MS = 30_000;

/** Answers a caller with what became of the call; resolves when the body is over. */
export async function answer(
  response: ServerResponse,
  call: string,
  reply: CallReply,
): Promise<void> {
  const { status, body } = reply;
  if (response.destroyed) {
    reply.discard();
    return;
  }
  const list = headOf(call, reply);
  if (Buffer.isBuffer(body)) {
    list.push("content-length", String(body.length));
    response.writeHead(status, list);
    // Node sends what is text to it in one piece with the head, and latin1 keeps every byte.
    if (body.length <= ONE_WRITE_BYTES) response.end(body.toString("latin1"), "latin1");
    else response.end(body);
    return;
  }
  response.writeHead(status, list);
  response.flushHeaders();
  try {
    await pipe(body, response);
  } catch {
    // The head is out: the caller sees the broken body, and the call's facts say why.
    response.destroy();
    reply.discard();
  }
}

/** Names and values by turns. */
function headOf(call: string, { headers, instance, attempts, outcome }: CallReply): string[] {
  const list: string[] = [];
  for (const [name, value] of headers) {
    if (!NOT_FORWARDED.has(name) && !name.startsWith("x-fuseboard-")) list.push(name, value);
  }
  list.push(ANSWER_HEADERS.call, call);
  list.push(ANSWER_HEADERS.attempts, String(attempts));
  list.push(ANSWER_HEADERS.outcome, outcome);
  if (instance !== undefined) list.push(ANSWER_HEADERS.instance, instance);
  return list;
}

/**
 * Reads the rest of a body that was answered before it was over, and throws it away. Closing the
 * connection while the caller still sends would reset it, and lose the answer.
 */
export function drain(request: IncomingMessage): void {
  request.resume();
  if (request.complete || request.destroyed) return;
  const timer = setTimeout(() => request.destroy(), LINGER_MS);
  const over = () => clearTimeout(timer);
  request.once("end", over).once("close", over);
}

/** Answers in the place of a service. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  const body = Buffer.from(JSON.stringify({ error: { message } }));
  response.writeHead(status, { "content-type": "application/json", "content-length": body.length });
  response.end(body);
}
