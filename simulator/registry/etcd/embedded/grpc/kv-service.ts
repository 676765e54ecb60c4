import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import type {
  DeleteRangeRequest,
  Header,
  Int64,
  PutRequest,
  RangeRequest,
  TxnRequest,
} from "../messages.ts";
import type { Lessor } from "../lessor.ts";
import { checkRange, range } from "../range.ts";
import type { Store } from "../store.ts";
import { checkTxn } from "../txn-check.ts";
import { runTxn } from "../txn.ts";
import { checkDelete, checkPut, checkPutKey, checkPutLease, deleteRange, put } from "../writes.ts";
import { fullHeader, type Identity } from "./identity.ts";
import { proposal, unary } from "./unary.ts";

/** The KV service of etcd's API. */
export function kvService(
  store: Store,
  lessor: Lessor,
  identity: Identity,
): UntypedServiceImplementation {
  const isLease = (id: string) => lessor.has(id);
  const complete = <A extends { header: Header }>(answer: A) => ({
    ...answer,
    header: fullHeader(identity, answer.header.revision),
  });
  return {
    Range: unary((request: RangeRequest) => {
      checkRange(request);
      return complete(range(store, request));
    }),
    Put: proposal(checkPut, (request: PutRequest) => {
      // The other way round than in a transaction: such is etcd's order.
      checkPutLease(request, isLease);
      checkPutKey(store, request);
      return complete(store.write((txn) => put(txn, request)));
    }),
    DeleteRange: proposal(checkDelete, (request: DeleteRangeRequest) =>
      complete(store.write((txn) => deleteRange(txn, request))),
    ),
    Txn: proposal(checkTxn, (request: TxnRequest) => complete(runTxn(store, request, isLease))),
    Compact: unary((request: { revision: Int64 }) => {
      store.compact(Number(request.revision));
      return { header: fullHeader(identity, store.revision) };
    }),
  };
}
