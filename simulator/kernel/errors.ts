/**
 * An error with a sentence for the user: what happened, where, what to do. Anything else that is
 * thrown is a bug.
 */
export class FuseboardError extends Error {
  override readonly name = "FuseboardError";
  /** Stable and machine-readable, such as `port-in-use`. */
  readonly code: string;
  /** Where to mend it: an absolute path, 1-based line and column. */
  readonly location: ErrorLocation | undefined;

  constructor(
    code: string,
    message: string,
    options: { cause?: unknown; location?: ErrorLocation } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.location = options.location;
  }
}

export interface ErrorLocation {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** The sentence of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a Node system error, such as `ECONNREFUSED`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}
