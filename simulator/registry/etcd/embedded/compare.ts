import { keyRange } from "./key-range.ts";
import type { Compare, KeyValue } from "./messages.ts";
import type { ReadView } from "./read-view.ts";

const NO_VALUE = Buffer.alloc(0);
const MISSING = { create_revision: 0, mod_revision: 0, version: 0, lease: "0" };

/** Whether all keys of the comparison's range satisfy it. */
export function holds(view: ReadView, compare: Compare): boolean {
  const kvs = view.range(keyRange(compare.key, compare.range_end), 0);
  if (kvs.length > 0) return kvs.every((kv) => satisfies(order(kv, compare), compare.result));
  // A missing key has no value, not even a different one.
  if (compare.target === "Value") return false;
  return satisfies(order({ ...MISSING, key: NO_VALUE, value: NO_VALUE }, compare), compare.result);
}

/** Negative, zero or positive, as the key's side is smaller, equal or greater. */
function order(kv: KeyValue, compare: Compare): number {
  switch (compare.target) {
    case "Value":
      return Buffer.compare(kv.value, compare.value ?? NO_VALUE);
    case "Version":
      return kv.version - Number(compare.version ?? 0);
    case "Create":
      return kv.create_revision - Number(compare.create_revision ?? 0);
    case "Mod":
      return kv.mod_revision - Number(compare.mod_revision ?? 0);
    case "Lease":
      return Number(BigInt(kv.lease) - BigInt(compare.lease ?? 0));
    default:
      return 0;
  }
}

function satisfies(difference: number, result: Compare["result"]): boolean {
  switch (result) {
    case "Equal":
      return difference === 0;
    case "NotEqual":
      return difference !== 0;
    case "Greater":
      return difference > 0;
    case "Less":
      return difference < 0;
    default:
      return true;
  }
}
