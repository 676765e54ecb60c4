import type { WireResponse } from "./contract.ts";

/** An answer of our own, whole, as JSON. */
export function jsonAnswer(status: number, value: unknown): WireResponse {
  return {
    status,
    headers: [["content-type", "application/json"]],
    body: Buffer.from(JSON.stringify(value)),
    done: Promise.resolve(true),
    discard: () => undefined,
  };
}
