/** What Fuseboard gives a function besides its event. */
interface FuseboardContext {
  /** Calls another function through the gateway; rejects when it answers 400 or above. */
  call<Answer = unknown>(service: string, event?: unknown): Promise<Answer>;
  /** Writes a line into the instance's log. */
  log(...values: unknown[]): void;
  /** Aborted at the deadline of the call, or when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Name of the instance, such as `payments-2`. */
  readonly instance: string;
  /** Number of this attempt, from 1. */
  readonly attempt: number;
}
