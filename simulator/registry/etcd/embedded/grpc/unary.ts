import { status, type handleUnaryCall, type ServiceError } from "@grpc/grpc-js";
import { messageOf } from "../../../../kernel/errors.ts";
import { EtcdError, refusal } from "../etcd-error.ts";
import type { Received } from "./definition.ts";

/** Size of an encoded proposal, which is a request that changes something. */
const MAX_REQUEST_BYTES = 1.5 * 1024 * 1024;

/** What a proposal needs around its request: its header, and the request's tag and length. */
const PROPOSAL_BYTES = 18;

/** A handler for a call with one request and one answer. */
export function unary<Q, A>(answer: (request: Q) => A): handleUnaryCall<Received<Q>, A> {
  return (call, callback) => {
    try {
      callback(null, answer(call.request.message()));
    } catch (error) {
      callback(statusOf(error));
    }
  };
}

/** The same for a proposal. `check` comes before the size is looked at. */
export function proposal<Q, A>(
  check: (request: Q) => void,
  answer: (request: Q) => A,
): handleUnaryCall<Received<Q>, A> {
  return (call, callback) => {
    try {
      const request = call.request.message();
      check(request);
      if (call.request.bytes + PROPOSAL_BYTES > MAX_REQUEST_BYTES) throw refusal("requestTooLarge");
      callback(null, answer(request));
    } catch (error) {
      callback(statusOf(error));
    }
  };
}

/** What the client is told of an error. */
export function statusOf(error: unknown): Partial<ServiceError> {
  const known = error instanceof EtcdError ? status[error.code] : undefined;
  const code = status[(known ?? "INTERNAL") as keyof typeof status];
  return { code, details: messageOf(error) };
}
