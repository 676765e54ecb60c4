/** gRPC status codes that etcd answers with. */
const CODES = {
  invalidArgument: 3,
  notFound: 5,
  resourceExhausted: 8,
  failedPrecondition: 9,
  outOfRange: 11,
  unimplemented: 12,
} as const;

/**
 * What etcd refuses, with the code and the text that its clients match on. Also the keys of
 * {@link EtcdError}.
 */
const REFUSALS = {
  emptyKey: [CODES.invalidArgument, "key is not provided"],
  keyNotFound: [CODES.invalidArgument, "key not found"],
  valueProvided: [CODES.invalidArgument, "value is provided"],
  leaseProvided: [CODES.invalidArgument, "lease is provided"],
  tooManyOps: [CODES.invalidArgument, "too many operations in txn request"],
  duplicateKey: [CODES.invalidArgument, "duplicate key given in txn request"],
  invalidSortOption: [CODES.invalidArgument, "invalid sort option"],
  requestTooLarge: [CODES.invalidArgument, "request is too large"],
  compacted: [CODES.outOfRange, "mvcc: required revision has been compacted"],
  futureRevision: [CODES.outOfRange, "mvcc: required revision is a future revision"],
  leaseNotFound: [CODES.notFound, "requested lease not found"],
  leaseExists: [CODES.failedPrecondition, "lease already exists"],
  leaseTtlTooLarge: [CODES.outOfRange, "too large lease TTL"],
} as const;

/** A refusal as etcd words it. `code` is the gRPC status code. */
export class EtcdError extends Error {
  override readonly name = "EtcdError";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** The error for one of etcd's own refusals. */
export function refusal(kind: keyof typeof REFUSALS): EtcdError {
  const [code, message] = REFUSALS[kind];
  return new EtcdError(code, `etcdserver: ${message}`);
}

/** The error that a server in Go answers to a message above its transport's limit. */
export function messageTooLarge(bytes: number, limitBytes: number): EtcdError {
  return new EtcdError(
    CODES.resourceExhausted,
    `grpc: received message larger than max (${String(bytes)} vs. ${String(limitBytes)})`,
  );
}

/** The error for what this server leaves out. */
export function unimplemented(what: string): EtcdError {
  return new EtcdError(CODES.unimplemented, `Fuseboard's embedded etcd does not have ${what}`);
}
