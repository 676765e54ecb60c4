import type { PassingExchange, WireResponse } from "../call/contract.ts";
import { brokenOff } from "./broken.ts";
import { reshaped } from "./reshaped.ts";

/**
 * An answer whose connection breaks after so many bytes of the body. One that the wire takes whole
 * never becomes an answer then: throws a WireError, as the wire does.
 */
export function cutShort(
  response: WireResponse,
  bytes: number,
  { instance }: PassingExchange,
): WireResponse {
  const { body, status, headers } = response;
  if (Buffer.isBuffer(body)) {
    throw brokenOff(instance, { status, headers, body: body.subarray(0, bytes) });
  }
  return reshaped(response, body, async function* (whole) {
    let left = bytes;
    if (left === 0) throw brokenOff(instance);
    for await (const chunk of whole) {
      if (chunk.length > left) {
        if (left > 0) yield chunk.subarray(0, left);
        throw brokenOff(instance);
      }
      left -= chunk.length;
      yield chunk;
    }
  });
}
