import type { Readable } from "node:stream";
import type { Cancellation } from "../kernel/cancellation.ts";
import type { AttemptOutcome, Caller, Outcome } from "../protocol/model.ts";

/** Header names in lower case and their values, in the order of arrival. */
export type Headers = readonly (readonly [name: string, value: string])[];

/** The body of a request, which can be sent again as long as `replayable` says so. */
export interface RequestBody {
  /** Whole when it was small, else a stream of what came and what still comes. */
  open(): Buffer | Readable;
  /** Whether `open` can be called once more. */
  readonly replayable: boolean;
  /** All of it, when it was small. */
  readonly whole?: Buffer;
}

/** What is called. */
export interface CallRequest {
  /** 16 hex digits. */
  readonly id: string;
  readonly service: string;
  readonly caller: Caller;
  /** The call during which this one is made. */
  readonly parent: string | undefined;
  readonly traceId: string;
  /** The caller's IP address. */
  readonly client: string;
  readonly method: string;
  /** Path and query as they stand on the request line. */
  readonly uri: string;
  readonly headers: Headers;
  readonly body: RequestBody;
  /** Whether sending it twice is harmless by the caller's own word. */
  readonly idempotent: boolean;
  /** When the caller gives up, epoch ms. */
  readonly deadline: number | undefined;
  /** Given up when the caller goes away. */
  readonly cancellation: Cancellation;
}

/** An answer's head and body. Its `done` settles when the body is over. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer | Readable;
  /** True when all of the body passed; false when it broke off. Never rejects. */
  readonly done: Promise<boolean>;
  /** Gives up the rest of the body. */
  readonly discard: () => void;
}

/** What had come of an answer when its connection broke: less than its head promised. */
export interface BegunAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** Why the wire failed, in one sentence. */
export class WireError extends Error {
  override readonly name = "WireError";
  /** Absent: nothing had come, or only a part of the head. */
  readonly begun: BegunAnswer | undefined;

  constructor(message: string, begun?: BegunAnswer) {
    super(message);
    this.begun = begun;
  }
}

/** Where an attempt goes. */
export interface Endpoint {
  /** Names it in messages. */
  readonly id: string;
  /** An IP address of this machine. */
  readonly host: string;
  readonly port: number;
}

/** What goes to an instance. */
export interface WireRequest {
  readonly method: string;
  /** As the gateway was asked. */
  readonly uri: string;
  /** As the instance is asked: without the service's name before the path. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: RequestBody;
  /** Called when the first byte goes out: from here on the instance may have seen it. */
  sent(): void;
}

/** Carries requests to instances. */
export interface Wire {
  /**
   * Sends one attempt. Resolves with the answer's head, or with all of it when it is small.
   * Rejects with a WireError; or with the reason for which it is given up before.
   */
  send(endpoint: Endpoint, request: WireRequest, cancellation: Cancellation): Promise<WireResponse>;
}

/** How one attempt, or the whole call, came out. */
export interface AttemptResult {
  readonly outcome: AttemptOutcome;
  readonly response?: WireResponse;
  readonly instance?: string;
  /** Whether the instance may have seen it. */
  readonly sent: boolean;
  /** One sentence on what went wrong. */
  readonly error?: string;
  /** The words of the breaker's library for it, when that refused it. */
  readonly refusal?: string;
  /** Kinds of the faults that touched it. */
  readonly faults?: readonly string[];
  /** What had come of an answer that broke off; nobody gets it but an installed program. */
  readonly begun?: BegunAnswer;
  /** Whether the fallback answered. */
  readonly fallback?: boolean;
}

/** What faults look at in an attempt. */
export interface PassingRequest {
  readonly service: string;
  readonly method: string;
  readonly headers: Headers;
  readonly caller: Caller;
}

/** Faults on the way to an instance; given by `faults/`. */
export interface FaultyPath {
  /**
   * What the active faults make of one attempt; undefined, and almost free, when there are none
   * for it. `path` is the one that the instance is asked.
   */
  pass(instance: string, request: PassingRequest, path: string): FaultyPassage | undefined;
  /** Whether a fault refuses all connections to an instance, whoever asks. */
  refuses(instance: string, service: string): boolean;
}

/** What faults do to one attempt. */
export interface FaultyPassage {
  /**
   * Stands around the exchange: may hold it up, answer in its place, break it off, or change the
   * body of the answer. Resolves and rejects as {@link Wire.send} does. Called once.
   */
  carry(exchange: PassingExchange): Promise<WireResponse>;
}

/** The exchange that a passage stands around. */
export interface PassingExchange {
  /** Names the instance in messages. */
  readonly instance: string;
  /** Sends the request to the instance. */
  send(): Promise<WireResponse>;
  /** The request went out, although a fault keeps it from the instance. */
  sent(): void;
  /** A fault of this kind has touched it. */
  touched(kind: string): void;
  /** Aborted when nobody waits for it any more. */
  readonly signal: AbortSignal;
}

/** What the caller gets. */
export interface CallReply {
  readonly outcome: Outcome;
  readonly status: number;
  readonly headers: Headers;
  readonly body: WireResponse["body"];
  readonly instance: string | undefined;
  /** Attempts that were made; refused ones do not count. */
  readonly attempts: number;
  /** True when all of the body passed; false when it broke off. Never rejects. */
  readonly done: Promise<boolean>;
  /** Gives up the rest of the body. */
  readonly discard: () => void;
}

/** Makes calls: the whole of `call/` to those who have some to make. */
export interface Calls {
  /** Never rejects but by a bug. `undefined`: there is no such service. */
  call(request: CallRequest): Promise<CallReply | undefined>;
}
