import type { Event, KeyValue, WatchResponse } from "./messages.ts";

/** Encoded size that a fragmented response stays below: 1.5 MiB and 512 KiB for its frame. */
const MAX_BYTES = 2 * 1024 * 1024;

/** Encoded size of a response without its events, about. */
const FRAME_BYTES = 40;

/** Splits a response that is too large; every part but the last is marked as a fragment. */
export function fragmentsOf(response: WatchResponse): WatchResponse[] {
  const parts: Event[][] = [];
  let part: Event[] = [];
  let bytes = FRAME_BYTES;
  for (const event of response.events) {
    const more = nested(eventBytes(event));
    if (part.length > 0 && bytes + more >= MAX_BYTES) {
      parts.push(part);
      part = [];
      bytes = FRAME_BYTES;
    }
    part.push(event);
    bytes += more;
  }
  parts.push(part);
  return parts.map((events, i) => ({ ...response, events, fragment: i < parts.length - 1 }));
}

function eventBytes(event: Event): number {
  const type = event.type === "Put" ? 0 : 2;
  return type + nested(kvBytes(event.kv)) + (event.prev_kv ? nested(kvBytes(event.prev_kv)) : 0);
}

function kvBytes(kv: KeyValue): number {
  const text = (bytes: Buffer) => (bytes.length > 0 ? nested(bytes.length) : 0);
  const integers = [kv.create_revision, kv.mod_revision, kv.version, kv.lease];
  return (
    text(kv.key) +
    text(kv.value) +
    integers.reduce<number>((sum, n) => sum + (BigInt(n) === 0n ? 0 : 1 + varintBytes(n)), 0)
  );
}

/** Size of a field with a length before its content. */
function nested(bytes: number): number {
  return 1 + varintBytes(bytes) + bytes;
}

function varintBytes(value: number | string): number {
  const bits = BigInt.asUintN(64, BigInt(value)).toString(2).length;
  return Math.ceil(bits / 7);
}
