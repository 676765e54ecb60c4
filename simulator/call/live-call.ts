import type { CallSubject } from "../balancing/contract.ts";
import { messageOf } from "../kernel/errors.ts";
import { ATTEMPT_HEADERS } from "../protocol/headers.ts";
import type { AttemptOutcome, Outcome } from "../protocol/model.ts";
import { formatDuration } from "../protocol/units.ts";
import type { AttemptAsk, GuardedCall } from "../resilience/contract.ts";
import { attempt } from "./attempt.ts";
import type {
  AttemptResult,
  CallReply,
  CallRequest,
  Calls,
  Headers,
  WireResponse,
} from "./contract.ts";
import { Picks } from "./picks.ts";
import type { CallableService, PipelineDeps } from "./pipeline-deps.ts";

const NOBODY: ReadonlySet<string> = new Set();

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
  readonly #picks: Picks;
  #attempts = 0;
  #usedFallback = false;

  constructor(deps: PipelineDeps, calls: Calls, service: CallableService, request: CallRequest) {
    this.#deps = deps;
    this.#calls = calls;
    this.#service = service;
    this.#request = request;
    this.signal = request.signal;
    this.idempotent = request.idempotent;
    this.method = request.method;
    const { reuse } = service.guard;
    const selection = service.begin(subjectOf(request), { tried: NOBODY, reuse });
    this.#picks = new Picks(deps.clock, selection);
  }

  get replayable(): boolean {
    return this.#request.body.replayable;
  }

  get tries(): number {
    return this.#picks.tries;
  }

  async attempt(ask: AttemptAsk, signal: AbortSignal): Promise<AttemptResult> {
    const { log, clock } = this.#deps;
    const { number, stay, progress } = ask;
    const { id: call, service, method, uri, body, deadline } = this.#request;
    const { balancer, timeout } = this.#service.spec;
    const queueTimeout = balancer.queueTimeout ?? timeout;
    const record = log !== undefined;
    const picked = await this.#picks.next({ record, stay }, queueTimeout, signal);
    const { member, decision, queuedMs } = picked;
    this.#attempts++;
    log?.append({
      kind: "attempt-started",
      call,
      number,
      instance: member?.id,
      decision,
      ...(queuedMs !== undefined && { queuedMs }),
    });
    if (!member) return nobody(service, queuedMs);
    progress.instance = member.id;
    const limit = clock.now() + timeout;
    const headers: Headers = [
      ...this.#request.headers,
      [ATTEMPT_HEADERS.call, call],
      [ATTEMPT_HEADERS.attempt, String(number)],
      [ATTEMPT_HEADERS.deadline, String(Math.floor(Math.min(limit, deadline ?? limit)))],
    ];
    const request = { service, method, uri, headers, body, member };
    return ask.limited(signal, (limited) => attempt(this.#deps, request, limited, progress));
  }

  ended(number: number, result: AttemptResult, again: boolean): void {
    this.#picks.ended(result, again);
    const { outcome, response, error, faults } = result;
    this.#deps.log?.append({
      kind: "attempt-ended",
      call: this.#request.id,
      number,
      outcome,
      ...(response && { status: response.status }),
      ...(error !== undefined && { error }),
      ...(faults && { faults: [...faults] }),
    });
  }

  retrying(number: number, backoffMs: number): void {
    this.#deps.log?.append({ kind: "retry-scheduled", call: this.#request.id, number, backoffMs });
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
      attempts: this.#attempts,
      done,
      discard: () => {
        response.discard();
      },
    };
  }

  /** Ends the call although a bug kept it from a result. */
  broke(error: unknown): void {
    this.#picks.abandon();
    this.#end("failure", 500, messageOf(error));
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

/** No instance was free, or there is none. */
function nobody(service: string, queuedMs: number | undefined): AttemptResult {
  if (queuedMs === undefined) {
    const error = `No instance of "${service}" is eligible.`;
    return { outcome: "unavailable", sent: false, error };
  }
  const error = `No connection to an instance of "${service}" became free within ${formatDuration(Math.round(queuedMs))}.`;
  return { outcome: "rejected", sent: false, error };
}

function subjectOf({ client, method, uri, headers }: CallRequest): CallSubject {
  return {
    client,
    method,
    uri,
    header(name) {
      const values = headers.filter(([key]) => key === name).map(([, value]) => value);
      return values.length > 0 ? values.join(", ") : undefined;
    },
  };
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
