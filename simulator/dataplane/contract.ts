import type { Headers, RequestBody, WireResponse } from "../call/contract.ts";
import type { Cancellation } from "../kernel/cancellation.ts";
import type { Decision } from "../protocol/model.ts";

/** A request of a call as an installed program is asked it. */
export interface ProgramRequest {
  /** Tells it from all others on its way through the program: letters, digits and hyphens. */
  readonly key: string;
  /** The caller's IP address. */
  readonly client: string;
  readonly method: string;
  /** As the gateway was asked. */
  readonly uri: string;
  readonly headers: Headers;
  readonly body: RequestBody;
  /**
   * The program has sent it to an instance. Resolves with the instance's answer; rejects when
   * there is none, or when the program gave the attempt up.
   */
  arrived(arrival: Arrival): Promise<WireResponse>;
}

/** One attempt as it comes to an instance's door. */
export interface Arrival {
  readonly instance: string;
  /** The body as the program sent it, where it is not in memory anyway. */
  readonly body: RequestBody;
  /** Aborted when the program closes the connection. */
  readonly signal: AbortSignal;
}

/** What the program's log says of one attempt. */
export interface LoggedTry {
  /** Undefined: the log does not say, or there is none. */
  readonly instance: string | undefined;
  /** Such as `upstream 127.0.0.1:41231, 200, 3ms`. */
  readonly text: string;
}

/** What the program answered. */
export interface ProgramAnswer {
  readonly response: WireResponse;
  /**
   * The attempts by its log, in their order; undefined when no line came in time. It comes when
   * the whole answer has passed. Never rejects.
   */
  readonly log: Promise<readonly LoggedTry[] | undefined>;
}

/** An installed program that picks instances, and repeats attempts, by its own rules. */
export interface DataPlane {
  /** Such as `nginx`. */
  readonly label: string;
  /** Whether there are instances that refuse connections: attempts that never arrive. */
  readonly hidesAttempts: boolean;
  /** The record of its pick; undefined: of nobody. `logged` is what its log says of it. */
  decision(instance: string | undefined, logged?: string): Decision;
  /**
   * Sends a request through the program. Rejects with a WireError, or with the reason for which it
   * is given up before.
   */
  exchange(request: ProgramRequest, cancellation: Cancellation): Promise<ProgramAnswer>;
}
