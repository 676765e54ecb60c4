import type { Redispatch } from "../balancing/contract.ts";
import { messageOf } from "../kernel/errors.ts";
import type { AttemptOutcome, Outcome } from "../protocol/model.ts";
import type { AttemptAsk, GuardedCall } from "../resilience/contract.ts";
import { Attempts } from "./attempts.ts";
import type { AttemptResult, CallReply, CallRequest, Calls, WireResponse } from "./contract.ts";
import type { CallableService, PipelineDeps } from "./pipeline-deps.ts";

/** HTTP statuses of outcomes without an answer. 499 is nginx's for a caller who went away. */
const STATUS: Record<AttemptOutcome, number> = {
  success: 200,
  failure: 502,
  timeout: 504,
  "short-circuit": 503,
  rejected: 503,
  unavailable: 502,
  canceled: 499,
};

/** One call under way: its attempts, its fallback, its answer, and the facts of them. */
export class LiveCall implements GuardedCall {
  readonly signal: AbortSignal;
  readonly idempotent: boolean;
  readonly method: string;
  readonly #deps: PipelineDeps;
  readonly #calls: Calls;
  readonly #service: CallableService;
  readonly #request: CallRequest;
  readonly #attempts: Attempts;
  #usedFallback = false;

  constructor(deps: PipelineDeps, calls: Calls, service: CallableService, request: CallRequest) {
    this.#deps = deps;
    this.#calls = calls;
    this.#service = service;
    this.#request = request;
    this.signal = request.signal;
    this.idempotent = request.idempotent;
    this.method = request.method;
    this.#attempts = new Attempts(deps, service, request);
  }

  get replayable(): boolean {
    return this.#request.body.replayable;
  }

  get tries(): number {
    return this.#attempts.tries;
  }

  redispatch(): Redispatch | undefined {
    return this.#attempts.redispatch();
  }

  attempt(ask: AttemptAsk, signal: AbortSignal): Promise<AttemptResult> {
    return this.#attempts.make(ask, signal);
  }

  ended(_number: number, result: AttemptResult, again: boolean, stay: boolean): void {
    this.#attempts.ended(result, again, stay);
  }

  retrying(_number: number, backoffMs: number): void {
    this.#attempts.retrying(backoffMs);
  }

  async fallback(because: AttemptResult): Promise<AttemptResult> {
    const { fallback } = this.#service.spec;
    const { log, newId } = this.#deps;
    const { id: call, body } = this.#request;
    if (!fallback) return because;
    if ("service" in fallback) {
      // What was passed on already and is not kept cannot be sent to another service.
      const known = this.#deps.service(fallback.service) !== undefined;
      if (!known || !body.replayable) return because;
    }
    because.response?.discard();
    this.#usedFallback = true;
    if ("value" in fallback) {
      log?.append({ kind: "fallback-used", call, fallback: "value", because: because.outcome });
      return { outcome: "success", sent: false, response: jsonAnswer(200, fallback.value) };
    }
    const target = fallback.service;
    log?.append({
      kind: "fallback-used",
      call,
      fallback: "service",
      because: because.outcome,
      target,
    });
    const reply = await this.#calls.call({
      ...this.#request,
      id: newId(),
      parent: call,
      service: target,
    });
    if (!reply) return because;
    const { outcome, instance } = reply;
    if (outcome === "success" || outcome === "fallback") {
      return { outcome: "success", sent: true, response: reply, instance };
    }
    const error = `The fallback service "${target}" ended with ${outcome}.`;
    return { outcome, sent: true, response: reply, instance, error };
  }

  /** Turns the last result into the answer; the call has ended when its body has passed. */
  reply(result: AttemptResult): CallReply {
    const canceled = this.signal.aborted;
    const outcome: Outcome = canceled
      ? "canceled"
      : this.#usedFallback && result.outcome === "success"
        ? "fallback"
        : result.outcome;
    const response = result.response ?? this.#refusal(result);
    const { status, headers, body, done } = response;
    const error = outcome === "success" || outcome === "fallback" ? undefined : result.error;
    if (Buffer.isBuffer(body)) {
      this.#end(outcome, status, error);
    } else {
      void done.then((whole) => {
        if (whole) this.#end(outcome, status, error);
        else if (this.signal.aborted) this.#end("canceled", status);
        else this.#end("unavailable", status, "The body broke off.");
      });
    }
    return {
      outcome,
      status,
      headers,
      body,
      instance: result.instance,
      attempts: this.#attempts.made,
      done,
      discard: () => {
        response.discard();
      },
    };
  }

  /** Ends the call although a bug kept it from a result. */
  broke(error: unknown): void {
    this.#attempts.abandon();
    this.#end("failure", 500, messageOf(error));
  }

  #end(outcome: Outcome, status: number, error?: string): void {
    this.#attempts.over();
    this.#deps.log?.append({
      kind: "call-ended",
      call: this.#request.id,
      outcome,
      status,
      ...(error !== undefined && { error }),
    });
  }

  #refusal(result: AttemptResult): WireResponse {
    const { service, id: call } = this.#request;
    const { outcome, error: message, instance } = result;
    const status = this.#service.guard.statusOf(result) ?? STATUS[outcome];
    return jsonAnswer(status, { error: { outcome, message, service, instance, call } });
  }
}

function jsonAnswer(status: number, value: unknown): WireResponse {
  return {
    status,
    headers: [["content-type", "application/json"]],
    body: Buffer.from(JSON.stringify(value)),
    done: Promise.resolve(true),
    discard: () => undefined,
  };
}
