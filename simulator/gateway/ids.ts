import { randomFillSync } from "node:crypto";

const pool = Buffer.alloc(8 * 512);
let next = pool.length;

/** 16 random hex digits. */
export function newCallId(): string {
  return randomHex(8);
}

/** 32 random hex digits, as W3C's trace context has them. */
export function newTraceId(): string {
  return randomHex(16);
}

/** The randomness is taken from the system in bulk. */
function randomHex(bytes: number): string {
  if (next + bytes > pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  next += bytes;
  return pool.toString("hex", next - bytes, next);
}

/** The trace id of a W3C `traceparent`; undefined when it is not one. */
export function traceIdOf(traceparent: string | string[] | undefined): string | undefined {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(String(traceparent))?.[1];
}
