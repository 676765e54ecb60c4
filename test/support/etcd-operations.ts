import fc from "fast-check";
import type { Message } from "./etcd-client.ts";

/**
 * One step of a differential test. In requests, keys and values are text (one character a byte),
 * and a revision may be `{ back: n }`: n before the newest one.
 */
export type Operation =
  | { readonly kind: "call"; readonly method: string; readonly request: Message }
  | { readonly kind: "keep-alive"; readonly ID: string }
  | { readonly kind: "watch"; readonly request: Message }
  | { readonly kind: "cancel"; readonly watch_id: string }
  | { readonly kind: "progress" };

const key = fc.constantFrom("a", "aa", "ab", "b", "b\0", "c", "\xff", "");
const filledKey = key.filter((text) => text !== "");
const rangeEnd = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  { weight: 4, arbitrary: fc.constantFrom("\0", "b", "ac", "c", "\xff\xff") },
);
const value = fc.constantFrom("", "1", "2", "12", "\xfe");
const lease = fc.oneof(
  { weight: 4, arbitrary: fc.constant("0") },
  { weight: 3, arbitrary: fc.constantFrom("1", "2", "-5", "9223372036854775807") },
);
const seldom = fc.oneof(
  { weight: 7, arbitrary: fc.constant(false) },
  { weight: 1, arbitrary: fc.constant(true) },
);
const back = fc.integer({ min: -2, max: 8 }).map((n) => ({ back: n }));
const revision = fc.oneof(
  { weight: 5, arbitrary: fc.constant("0") },
  { weight: 4, arbitrary: back },
  { weight: 1, arbitrary: fc.constantFrom("-1", "-3", "1") },
);
const bound = fc.oneof({ weight: 6, arbitrary: fc.constant("0") }, { weight: 1, arbitrary: back });

const plainRange = fc.record({
  key: fc.oneof({ weight: 1, arbitrary: fc.constant("\0") }, { weight: 5, arbitrary: key }),
  range_end: rangeEnd,
  revision,
  keys_only: seldom,
  count_only: seldom,
  min_mod_revision: bound,
  max_mod_revision: bound,
  min_create_revision: bound,
  max_create_revision: bound,
});
// The order of equals is no contract of etcd, so a limit goes only with an order without equals.
const sorting = fc.oneof(
  fc.record({
    sort_order: fc.constantFrom("None", "Ascend", "Descend"),
    sort_target: fc.constant("Key"),
    limit: fc.constantFrom("0", "1", "2", "3", "-1"),
  }),
  fc.record({
    sort_order: fc.constantFrom("None", "Ascend", "Descend"),
    sort_target: fc.constantFrom("Version", "Create", "Mod", "Value"),
  }),
);
const range = fc.tuple(plainRange, sorting).map(([plain, sort]) => ({ ...plain, ...sort }));

const put = fc.record({
  key,
  value,
  lease,
  prev_kv: fc.boolean(),
  ignore_value: seldom,
  ignore_lease: seldom,
});
const deleteRange = fc.record({ key, range_end: rangeEnd, prev_kv: fc.boolean() });

const target = fc.oneof(
  fc.record({ target: fc.constant("Version"), version: fc.constantFrom("0", "1", "2") }),
  fc.record({ target: fc.constant("Create"), create_revision: fc.oneof(bound, back) }),
  fc.record({ target: fc.constant("Mod"), mod_revision: fc.oneof(bound, back) }),
  fc.record({ target: fc.constant("Value"), value }),
  fc.record({ target: fc.constant("Lease"), lease }),
  fc.record({ target: fc.constantFrom("Version", "Create", "Mod", "Value", "Lease") }),
);
const compare = fc
  .tuple(
    fc.record({
      key: fc.oneof({ weight: 9, arbitrary: filledKey }, { weight: 1, arbitrary: key }),
      range_end: rangeEnd,
      result: fc.constantFrom("Equal", "NotEqual", "Greater", "Less"),
    }),
    target,
  )
  .map(([plain, wanted]) => ({ ...plain, ...wanted }));

const fewOps = { maxLength: 4 };
const simpleOp = fc.oneof(
  { weight: 4, arbitrary: put.map((request_put) => ({ request_put })) },
  { weight: 3, arbitrary: range.map((request_range) => ({ request_range })) },
  { weight: 2, arbitrary: deleteRange.map((request_delete_range) => ({ request_delete_range })) },
);
const emptyOp = fc.constant({});
function txnOf(op: fc.Arbitrary<Message>): fc.Arbitrary<Message> {
  return fc.record({
    compare: fc.array(compare, { maxLength: 2 }),
    success: fc.array(op, fewOps),
    failure: fc.array(op, fewOps),
  });
}
function withNested(inner: fc.Arbitrary<Message>): fc.Arbitrary<Message> {
  return fc.oneof(
    { weight: 12, arbitrary: simpleOp },
    { weight: 3, arbitrary: txnOf(inner).map((request_txn) => ({ request_txn })) },
    { weight: 1, arbitrary: emptyOp },
  );
}
const txn = txnOf(withNested(withNested(simpleOp)));

const watch = fc.record({
  key: fc.oneof({ weight: 3, arbitrary: fc.constant("\0") }, { weight: 5, arbitrary: key }),
  range_end: rangeEnd,
  start_revision: revision,
  watch_id: fc.constantFrom("0", "0", "0", "1", "7"),
  prev_kv: fc.boolean(),
  filters: fc.constantFrom([], [], ["Noput"], ["Nodelete"]),
  fragment: fc.boolean(),
});

// Leases of this test never run out by themselves: time is not the same in two programs.
const grant = fc.record({
  ID: fc.constantFrom("1", "2", "-5", "9223372036854775807"),
  TTL: fc.constantFrom("300", "600", "9000000000", "9000000001"),
});
const leaseId = fc.constantFrom("1", "2", "-5", "9223372036854775807", "4");

function call(method: string, request: fc.Arbitrary<Message>): fc.Arbitrary<Operation> {
  return request.map((message) => ({ kind: "call", method, request: message }));
}

export const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 8, arbitrary: call("KV.Put", put) },
  { weight: 6, arbitrary: call("KV.Range", range) },
  { weight: 3, arbitrary: call("KV.DeleteRange", deleteRange) },
  { weight: 8, arbitrary: call("KV.Txn", txn) },
  {
    weight: 1,
    arbitrary: call("KV.Compact", fc.record({ revision, physical: fc.constant(true) })),
  },
  { weight: 4, arbitrary: call("Lease.LeaseGrant", grant) },
  { weight: 1, arbitrary: call("Lease.LeaseRevoke", fc.record({ ID: leaseId })) },
  {
    weight: 1,
    arbitrary: call("Lease.LeaseTimeToLive", fc.record({ ID: leaseId, keys: fc.boolean() })),
  },
  { weight: 1, arbitrary: call("Lease.LeaseLeases", fc.constant({})) },
  { weight: 1, arbitrary: leaseId.map((ID) => ({ kind: "keep-alive" as const, ID })) },
  { weight: 4, arbitrary: watch.map((request) => ({ kind: "watch" as const, request })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("0", "1", "2", "7", "99")
      .map((watch_id) => ({ kind: "cancel" as const, watch_id })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "progress" as const }) },
);
