import { refusal } from "./etcd-error.ts";
import { keyRange } from "./key-range.ts";
import type {
  DeleteRangeRequest,
  DeleteRangeResponse,
  KeyValue,
  PutRequest,
  PutResponse,
} from "./messages.ts";
import type { ReadView } from "./read-view.ts";
import type { WriteTxn } from "./write-txn.ts";

/** Whether there is a lease with this id. */
export type LeaseLookup = (lease: string) => boolean;

const ONE_KEY = Buffer.alloc(0);

/** Refuses what no state of the store could make right. */
export function checkPut(request: PutRequest): void {
  if (request.key.length === 0) throw refusal("emptyKey");
  if (request.ignore_value && request.value.length > 0) throw refusal("valueProvided");
  if (request.ignore_lease && request.lease !== "0") throw refusal("leaseProvided");
}

/** Refuses a put that takes over from a key that is not there. */
export function checkPutKey(view: ReadView, request: PutRequest): void {
  const needsKey = request.ignore_value || request.ignore_lease;
  if (needsKey && !newest(view, request.key)) throw refusal("keyNotFound");
}

/** Refuses a put under a lease that is not there. */
export function checkPutLease(request: PutRequest, isLease: LeaseLookup): void {
  if (request.lease !== "0" && !isLease(request.lease)) throw refusal("leaseNotFound");
}

/** Writes one key. The request has passed all checks. */
export function put(txn: WriteTxn, request: PutRequest): PutResponse {
  const before = newest(txn, request.key);
  const value = request.ignore_value && before ? before.value : request.value;
  const lease = request.ignore_lease && before ? before.lease : request.lease;
  txn.put(request.key, value, lease);
  const header = { revision: txn.revision };
  return request.prev_kv && before ? { header, prev_kv: before } : { header };
}

export function checkDelete(request: DeleteRangeRequest): void {
  if (request.key.length === 0) throw refusal("emptyKey");
}

export function deleteRange(txn: WriteTxn, request: DeleteRangeRequest): DeleteRangeResponse {
  const keys = keyRange(request.key, request.range_end);
  const prev_kvs = request.prev_kv ? txn.range(keys, 0) : [];
  const deleted = txn.delete(keys);
  return { header: { revision: txn.revision }, deleted, prev_kvs };
}

function newest(view: ReadView, key: Buffer): KeyValue | undefined {
  return view.range(keyRange(key, ONE_KEY), 0)[0];
}
