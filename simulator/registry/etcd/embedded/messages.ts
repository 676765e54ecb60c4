/*
 * The messages of etcd's API as plain data, in the form in which they are decoded: field names as
 * in the proto files, 64-bit integers as decimal text, enums by name (an unknown one by number),
 * absent messages as null. In answers 64-bit integers may also be numbers.
 */

/** Decimal text of a 64-bit integer. */
export type Int64 = string;

export interface KeyValue {
  readonly key: Buffer;
  readonly create_revision: number;
  readonly mod_revision: number;
  readonly version: number;
  readonly value: Buffer;
  /** "0": no lease. */
  readonly lease: Int64;
}

export interface Event {
  readonly type: "Put" | "Delete";
  readonly kv: KeyValue;
  readonly prev_kv?: KeyValue;
}

/** The part of an answer's header that the store knows; the rest is added on the way out. */
export interface Header {
  readonly revision: number;
}

export interface RangeRequest {
  readonly key: Buffer;
  readonly range_end: Buffer;
  readonly limit: Int64;
  readonly revision: Int64;
  readonly sort_order: "None" | "Ascend" | "Descend" | number;
  readonly sort_target: "Key" | "Version" | "Create" | "Mod" | "Value" | number;
  readonly keys_only: boolean;
  readonly count_only: boolean;
  readonly min_mod_revision: Int64;
  readonly max_mod_revision: Int64;
  readonly min_create_revision: Int64;
  readonly max_create_revision: Int64;
}

export interface RangeResponse {
  readonly header: Header;
  readonly kvs: readonly KeyValue[];
  readonly more: boolean;
  readonly count: number;
}

export interface PutRequest {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly lease: Int64;
  readonly prev_kv: boolean;
  readonly ignore_value: boolean;
  readonly ignore_lease: boolean;
}

export interface PutResponse {
  readonly header: Header;
  readonly prev_kv?: KeyValue;
}

export interface DeleteRangeRequest {
  readonly key: Buffer;
  readonly range_end: Buffer;
  readonly prev_kv: boolean;
}

export interface DeleteRangeResponse {
  readonly header: Header;
  readonly deleted: number;
  readonly prev_kvs: readonly KeyValue[];
}

export interface Compare {
  readonly result: "Equal" | "Greater" | "Less" | "NotEqual" | number;
  readonly target: "Version" | "Create" | "Mod" | "Value" | "Lease" | number;
  readonly key: Buffer;
  readonly range_end: Buffer;
  readonly version?: Int64;
  readonly create_revision?: Int64;
  readonly mod_revision?: Int64;
  readonly value?: Buffer;
  readonly lease?: Int64;
}

/** At most one of the members is there. */
export interface RequestOp {
  readonly request_range?: RangeRequest | null;
  readonly request_put?: PutRequest | null;
  readonly request_delete_range?: DeleteRangeRequest | null;
  readonly request_txn?: TxnRequest | null;
}

export interface ResponseOp {
  readonly response_range?: RangeResponse;
  readonly response_put?: PutResponse;
  readonly response_delete_range?: DeleteRangeResponse;
  readonly response_txn?: TxnResponse;
}

export interface TxnRequest {
  readonly compare: readonly Compare[];
  readonly success: readonly RequestOp[];
  readonly failure: readonly RequestOp[];
}

export interface TxnResponse {
  readonly header: Header;
  readonly succeeded: boolean;
  readonly responses: readonly ResponseOp[];
}

export interface WatchCreateRequest {
  readonly key: Buffer;
  readonly range_end: Buffer;
  readonly start_revision: Int64;
  readonly progress_notify: boolean;
  readonly filters: readonly ("Noput" | "Nodelete" | number)[];
  readonly prev_kv: boolean;
  readonly watch_id: Int64;
  readonly fragment: boolean;
}

export interface WatchResponse {
  readonly header: Header;
  readonly watch_id: Int64;
  readonly created?: boolean;
  readonly canceled?: boolean;
  readonly compact_revision?: number;
  readonly cancel_reason?: string;
  readonly fragment?: boolean;
  readonly events: readonly Event[];
}
