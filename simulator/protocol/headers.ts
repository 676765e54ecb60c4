/*
 * The HTTP headers of the product. All names are lower case, as Node gives them.
 */

/** Gateway to instance: what is being called. `traceparent` and `tracestate` go besides. */
export const ATTEMPT_HEADERS = {
  /** Id of the call, 16 hex digits. Also of the answer to the caller. */
  call: "x-fuseboard-call",
  /** Number of the attempt, from 1. */
  attempt: "x-fuseboard-attempt",
  /** When nobody waits for the answer any more: milliseconds since the epoch. */
  deadline: "x-fuseboard-deadline",
  /** Tells one request through an installed program from all others; not for instances. */
  exchange: "x-fuseboard-exchange",
  /** The caller's IP address, for an installed program; not for instances. */
  client: "x-fuseboard-client",
} as const;

/** Instance to gateway: a call made by `context.call`. */
export const CALLER_HEADERS = {
  /** The process's token, by which the gateway knows the calling instance. */
  token: "x-fuseboard-token",
  /** Id of the call that is being answered. */
  parent: "x-fuseboard-parent",
  /** Deadline of the call that is being answered: milliseconds since the epoch. */
  deadline: "x-fuseboard-deadline",
  /** Makes a call safe to repeat after it was sent. */
  idempotencyKey: "idempotency-key",
  /** W3C trace context. */
  traceparent: "traceparent",
  tracestate: "tracestate",
} as const;

/** Gateway to caller: what became of the call. */
export const ANSWER_HEADERS = {
  call: "x-fuseboard-call",
  /** Id of the instance that answered; absent when none did. */
  instance: "x-fuseboard-instance",
  /** How many attempts were made. */
  attempts: "x-fuseboard-attempts",
  /** An `Outcome`. */
  outcome: "x-fuseboard-outcome",
} as const;
