import type { IncomingMessage } from "node:http";
import { format } from "node:util";
import { ATTEMPT_HEADERS, CALLER_HEADERS } from "../../protocol/headers.ts";
import { callGateway } from "./gateway-call.ts";
import type { HostConfig } from "./host-config.ts";
import type { Parent } from "./parent.ts";

/** What a function is given besides its event. */
export interface FunctionContext {
  /**
   * Calls another service through the gateway; resolves with its JSON answer. Rejects with a
   * `CallError` (`status`, `body`) when the answer is 400 or above, and when `signal` aborts.
   */
  call(service: string, event?: unknown, options?: CallOptions): Promise<unknown>;
  /** Adds a line to the instance's log that belongs to this call; formats like `console.log`. */
  log(...values: unknown[]): void;
  /** Aborted at the deadline, and when the caller goes away. */
  readonly signal: AbortSignal;
  readonly callId: string | undefined;
  /** Number of this attempt, from 1. */
  readonly attempt: number;
  readonly instance: string;
  readonly service: string;
  readonly traceparent: string | undefined;
  /** When nobody waits any more: milliseconds since the epoch; absent: there is no limit. */
  readonly deadline: number | undefined;
}

export interface CallOptions {
  /** Makes the call safe to repeat after it was sent. */
  readonly idempotencyKey?: string;
}

/** A function of the user's. */
export type UserFunction = (event: unknown, context: FunctionContext) => unknown;

/** One call as the instance sees it. */
export class CallContext {
  readonly #config: HostConfig;
  readonly #headers: IncomingMessage["headers"];
  readonly #parent: Parent;
  #abort: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ended: { readonly reason: string | undefined } | undefined;

  constructor(config: HostConfig, request: IncomingMessage, parent: Parent) {
    this.#config = config;
    this.#headers = request.headers;
    this.#parent = parent;
  }

  get callId(): string | undefined {
    return this.#header(ATTEMPT_HEADERS.call);
  }

  /** The call is over; with a reason it was given up, and the signal aborts. */
  end(reason: string | undefined): void {
    this.#ended ??= { reason };
    clearTimeout(this.#timer);
    if (reason !== undefined) this.#abort?.abort(new Error(reason));
  }

  forFunction(): FunctionContext {
    const deadlineText = this.#header(ATTEMPT_HEADERS.deadline);
    const deadline = deadlineText === undefined ? undefined : Number(deadlineText);
    const signal = () => this.#signal(deadline);
    const { callId } = this;
    const traceparent = this.#header(CALLER_HEADERS.traceparent);
    return {
      call: (service, event, options = {}) =>
        callGateway(
          { gateway: this.#config.gateway, service, event, signal: signal() },
          {
            [CALLER_HEADERS.token]: this.#config.token,
            [CALLER_HEADERS.parent]: callId,
            [CALLER_HEADERS.deadline]: deadlineText,
            [CALLER_HEADERS.traceparent]: traceparent,
            [CALLER_HEADERS.tracestate]: this.#header(CALLER_HEADERS.tracestate),
            [CALLER_HEADERS.idempotencyKey]: options.idempotencyKey,
          },
        ),
      log: (...values) => {
        this.#parent.print("log", format(...values), callId);
      },
      get signal() {
        return signal();
      },
      callId,
      attempt: Number(this.#header(ATTEMPT_HEADERS.attempt) ?? 1),
      instance: this.#config.instance,
      service: this.#config.service,
      traceparent,
      deadline,
    };
  }

  /** Made when it is asked for: most functions never do. */
  #signal(deadline: number | undefined): AbortSignal {
    if (this.#abort) return this.#abort.signal;
    const abort = new AbortController();
    this.#abort = abort;
    if (this.#ended) {
      if (this.#ended.reason !== undefined) abort.abort(new Error(this.#ended.reason));
    } else if (deadline !== undefined) {
      this.#timer = setTimeout(() => {
        abort.abort(new Error("The deadline of the call has passed."));
      }, deadline - Date.now());
    }
    return abort.signal;
  }

  #header(name: string): string | undefined {
    const value = this.#headers[name];
    return typeof value === "string" ? value : undefined;
  }
}
