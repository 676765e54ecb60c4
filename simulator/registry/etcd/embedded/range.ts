import { refusal } from "./etcd-error.ts";
import { keyRange } from "./key-range.ts";
import type { KeyValue, RangeRequest, RangeResponse } from "./messages.ts";
import type { ReadView } from "./read-view.ts";

const NO_VALUE = Buffer.alloc(0);

type Order = (a: KeyValue, b: KeyValue) => number;

/** By target; the store's own order is that of the keys. */
const ORDERS: Readonly<Record<string, Order>> = {
  Key: (a, b) => Buffer.compare(a.key, b.key),
  Version: (a, b) => a.version - b.version,
  Create: (a, b) => a.create_revision - b.create_revision,
  Mod: (a, b) => a.mod_revision - b.mod_revision,
  Value: (a, b) => Buffer.compare(a.value, b.value),
};

/** Refuses what no state of the store could make right. */
export function checkRange(request: RangeRequest): void {
  if (request.key.length === 0) throw refusal("emptyKey");
  if (typeof request.sort_order === "number" || typeof request.sort_target === "number") {
    throw refusal("invalidSortOption");
  }
}

/** Reads; `count` is that of the whole range, whatever limit and filters leave of it. */
export function range(view: ReadView, request: RangeRequest): RangeResponse {
  const header = { revision: view.revision };
  const all = view.range(keyRange(request.key, request.range_end), Number(request.revision));
  if (request.count_only) return { header, kvs: [], more: false, count: all.length };

  const limit = Number(request.limit);
  const filter = filterOf(request);
  let kvs = all;
  // Like etcd: only here is one key more than the limit read; an order by another target than the
  // key that names no direction sorts just those.
  if (limit > 0 && request.sort_order === "None" && !filter) kvs = kvs.slice(0, limit + 1);
  if (filter) kvs = kvs.filter(filter);
  kvs = sorted(kvs, request);
  const more = limit > 0 && kvs.length > limit;
  if (more) kvs = kvs.slice(0, limit);
  if (request.keys_only) kvs = kvs.map((kv) => ({ ...kv, value: NO_VALUE }));
  return { header, kvs, more, count: all.length };
}

function sorted(kvs: KeyValue[], request: RangeRequest): KeyValue[] {
  const { sort_order: direction, sort_target: target } = request;
  const order = ORDERS[target];
  if (!order || (direction === "None" && target === "Key")) return kvs;
  return kvs.toSorted(direction === "Descend" ? (a, b) => order(b, a) : order);
}

/** Which keys the revision bounds let through; undefined when there is no bound. */
function filterOf(request: RangeRequest): ((kv: KeyValue) => boolean) | undefined {
  const minMod = Number(request.min_mod_revision);
  const maxMod = Number(request.max_mod_revision);
  const minCreate = Number(request.min_create_revision);
  const maxCreate = Number(request.max_create_revision);
  if (minMod === 0 && maxMod === 0 && minCreate === 0 && maxCreate === 0) return undefined;
  return ({ mod_revision: mod, create_revision: create }) =>
    (minMod === 0 || mod >= minMod) &&
    (maxMod === 0 || mod <= maxMod) &&
    (minCreate === 0 || create >= minCreate) &&
    (maxCreate === 0 || create <= maxCreate);
}
