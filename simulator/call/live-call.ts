import type { Redispatch } from "../balancing/contract.ts";
import { messageOf } from "../kernel/errors.ts";
import type { AttemptOutcome, Outcome } from "../protocol/model.ts";
import type { Cancellation } from "../kernel/cancellation.ts";
import type { Bounds, GuardedCall } from "../resilience/contract.ts";
import { Attempts } from "./attempts.ts";
import { askFallback } from "./fallback.ts";
import { identityOf } from "./identity.ts";
import type { LiveTry } from "./live-try.ts";
import type { AttemptResult, CallReply, CallRequest, Calls, WireResponse } from "./contract.ts";
import { jsonAnswer } from "./json-answer.ts";
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
  readonly id: string;
  readonly cancellation: Cancellation;
  readonly deadline: number | undefined;
  readonly idempotent: boolean;
  readonly method: string;
  readonly #deps: PipelineDeps;
  readonly #calls: Calls;
  readonly #service: CallableService;
  readonly #request: CallRequest;
  readonly #attempts: Attempts;
  #isOver = false;

  constructor(deps: PipelineDeps, calls: Calls, service: CallableService, request: CallRequest) {
    this.#deps = deps;
    this.#calls = calls;
    this.#service = service;
    this.#request = request;
    this.id = request.id;
    this.cancellation = request.cancellation;
    this.deadline = request.deadline;
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

  redispatch(sent: boolean): Redispatch | undefined {
    return this.#attempts.redispatch(sent);
  }

  identity(): string | undefined {
    return identityOf(this.#request);
  }

  open(how?: { readonly stay?: boolean; readonly hedge?: boolean }): LiveTry {
    return this.#attempts.open(how);
  }

  attempt(tried: LiveTry, bounds: Bounds): Promise<AttemptResult> {
    return this.#attempts.make(tried, bounds);
  }

  ended(tried: LiveTry, result: AttemptResult, again: boolean, stay: boolean): void {
    this.#attempts.ended(tried, result, again, stay);
  }

  retrying(backoffMs: number): void {
    this.#attempts.retrying(backoffMs);
  }

  fallback(
    because: AttemptResult,
    bounds: Bounds,
    lastGood?: WireResponse,
  ): Promise<AttemptResult | undefined> {
    const { fallback } = this.#service.spec;
    if (!fallback || this.#isOver) return Promise.resolve(undefined);
    const { deadline, cancellation } = bounds;
    const within = { ...this.#request, deadline, cancellation };
    return askFallback(this.#deps, this.#calls, within, fallback, because, lastGood);
  }

  /** Turns the last result into the answer; the call has ended when its body has passed. */
  reply(result: AttemptResult): CallReply {
    this.#over(result.outcome);
    const canceled = this.cancellation.reason !== undefined;
    const outcome: Outcome = canceled
      ? "canceled"
      : result.fallback && result.outcome === "success"
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
        else if (this.cancellation.reason) this.#end("canceled", status);
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
    this.#over("canceled");
    this.#end("failure", 500, messageOf(error));
  }

  #over(outcome: AttemptOutcome): void {
    this.#isOver = true;
    this.#attempts.over(outcome === "timeout" ? "timeout" : "canceled");
  }

  #end(outcome: Outcome, status: number, error?: string): void {
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
