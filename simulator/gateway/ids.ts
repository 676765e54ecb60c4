import { randomFillSync } from "node:crypto";

const pool = Buffer.alloc(8 * 512);
let next = pool.length;

/** 16 random hex digits; the randomness is taken from the system in bulk. */
export function newCallId(): string {
  if (next >= pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  const id = pool.toString("hex", next, next + 8);
  next += 8;
  return id;
}

/** The trace id of a W3C `traceparent`; undefined when it is not one. */
export function traceIdOf(traceparent: string | string[] | undefined): string | undefined {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(String(traceparent))?.[1];
}
