import { holds } from "./compare.ts";
import { refusal } from "./etcd-error.ts";
import type { RequestOp, ResponseOp, TxnRequest, TxnResponse } from "./messages.ts";
import { range } from "./range.ts";
import type { ReadView } from "./read-view.ts";
import type { Store } from "./store.ts";
import type { WriteTxn } from "./write-txn.ts";
import { checkPutKey, checkPutLease, deleteRange, put, type LeaseLookup } from "./writes.ts";

/** A transaction whose comparisons are made: what is left of it is a list of operations. */
interface Plan {
  readonly succeeded: boolean;
  readonly ops: readonly PlannedOp[];
}

interface PlannedOp {
  readonly op: RequestOp;
  /** For a nested transaction. */
  readonly nested: Plan | undefined;
}

/** Runs a transaction that has passed `checkTxn`. Changes nothing when it throws. */
export function runTxn(store: Store, request: TxnRequest, isLease: LeaseLookup): TxnResponse {
  // Comparisons come before operations, those of nested transactions too.
  const plan = planOf(store, request);
  checkState(store, plan, isLease);
  return store.write((txn) => {
    const responses = perform(txn, plan);
    return { header: { revision: txn.revision }, succeeded: plan.succeeded, responses };
  });
}

function planOf(view: ReadView, request: TxnRequest): Plan {
  const succeeded = request.compare.every((compare) => holds(view, compare));
  const ops = succeeded ? request.success : request.failure;
  return {
    succeeded,
    ops: ops.map((op) => ({
      op,
      nested: op.request_txn ? planOf(view, op.request_txn) : undefined,
    })),
  };
}

/** Puts are checked before reads, throughout the plan. */
function checkState(view: ReadView, plan: Plan, isLease: LeaseLookup): void {
  const ops = [...flat(plan)];
  for (const { request_put: request } of ops) {
    if (!request) continue;
    checkPutKey(view, request);
    checkPutLease(request, isLease);
  }
  for (const { request_range: request } of ops) {
    if (!request) continue;
    const revision = Number(request.revision);
    if (revision === 0) continue;
    if (revision > view.revision) throw refusal("futureRevision");
    if (revision < view.compactedRevision) throw refusal("compacted");
  }
}

function* flat(plan: Plan): Generator<RequestOp> {
  for (const { op, nested } of plan.ops) {
    if (nested) yield* flat(nested);
    else yield op;
  }
}

function perform(txn: WriteTxn, plan: Plan): ResponseOp[] {
  return plan.ops.map(({ op, nested }): ResponseOp => {
    if (op.request_range) return { response_range: range(txn, op.request_range) };
    if (op.request_put) return { response_put: put(txn, op.request_put) };
    if (op.request_delete_range) {
      return { response_delete_range: deleteRange(txn, op.request_delete_range) };
    }
    if (!nested) throw new Error("An operation without a request passed the check.");
    const responses = perform(txn, nested);
    // The header of a nested transaction is there, and empty.
    return {
      response_txn: { header: { revision: 0 }, succeeded: nested.succeeded, responses },
    };
  });
}
