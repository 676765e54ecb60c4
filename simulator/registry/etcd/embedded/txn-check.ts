import { refusal } from "./etcd-error.ts";
import { keyText, type KeyText } from "./key-range.ts";
import type { RequestOp, TxnRequest } from "./messages.ts";
import { checkRange } from "./range.ts";
import { checkDelete, checkPut } from "./writes.ts";

/** Operations of one branch, and likewise comparisons; nested transactions spend the rest. */
const MAX_OPS = 128;

/** Refuses a transaction that no state of the store could make right. */
export function checkTxn(request: TxnRequest): void {
  checkShape(request, MAX_OPS);
  writesOf(request.success);
  writesOf(request.failure);
}

function checkShape(request: TxnRequest, budget: number): void {
  const { compare, success, failure } = request;
  const ops = Math.max(compare.length, success.length, failure.length);
  if (ops > budget) throw refusal("tooManyOps");
  if (compare.some(({ key }) => key.length === 0)) throw refusal("emptyKey");
  for (const op of [...success, ...failure]) checkOp(op, budget - ops);
}

function checkOp(op: RequestOp, budget: number): void {
  if (op.request_range) checkRange(op.request_range);
  else if (op.request_put) checkPut(op.request_put);
  else if (op.request_delete_range) checkDelete(op.request_delete_range);
  else if (op.request_txn) checkShape(op.request_txn, budget);
  else throw refusal("keyNotFound");
}

/** What one branch may write. */
interface Writes {
  readonly puts: Set<KeyText>;
  readonly deletes: Deleted[];
}

interface Deleted {
  readonly start: KeyText;
  /** Exclusive. Compared as it stands: "\0" covers nothing here, which is how etcd has it. */
  readonly end: KeyText;
}

/** Collects the writes of a branch; refuses it when it may put one key twice or also delete it. */
function writesOf(ops: readonly RequestOp[]): Writes {
  const puts = new Set<KeyText>();
  const deletes: Deleted[] = [];
  for (const { request_delete_range: request } of ops) {
    if (!request) continue;
    const start = keyText(request.key);
    const end = request.range_end.length > 0 ? keyText(request.range_end) : `${start}\0`;
    deletes.push({ start, end });
  }
  const add = (key: KeyText, allowed?: ReadonlySet<KeyText>) => {
    const twice = puts.has(key) && allowed?.has(key) !== true;
    if (twice || deletes.some(({ start, end }) => start <= key && key < end)) {
      throw refusal("duplicateKey");
    }
    puts.add(key);
  };
  for (const { request_txn: request } of ops) {
    if (!request) continue;
    const success = writesOf(request.success);
    const failure = writesOf(request.failure);
    for (const key of success.puts) add(key);
    // Only one of the two branches will run, so both may put the same key.
    for (const key of failure.puts) add(key, success.puts);
    deletes.push(...success.deletes, ...failure.deletes);
  }
  for (const { request_put: request } of ops) {
    if (request) add(keyText(request.key));
  }
  return { puts, deletes };
}
