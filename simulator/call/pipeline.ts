import type { Member, Pick, PickRequest } from "../balancing/contract.ts";
import { messageOf } from "../kernel/errors.ts";
import type { EventLog } from "../kernel/event-log.ts";
import type { AttemptOutcome, Outcome } from "../protocol/model.ts";
import { ATTEMPT_HEADERS } from "../protocol/headers.ts";
import type { ServiceSpec } from "../protocol/spec.ts";
import type { AttemptProgress, Guard, GuardedCall } from "../resilience/contract.ts";
import { attempt, type AttemptDeps } from "./attempt.ts";
import type {
  AttemptResult,
  CallReply,
  CallRequest,
  Calls,
  Headers,
  WireResponse,
} from "./contract.ts";

/** One service as calls see it. */
export interface CallableService {
  readonly spec: ServiceSpec;
  readonly guard: Guard;
  pick(request: PickRequest, record: boolean): Pick;
  release(member: Member, result: { ok: boolean; ms: number }): void;
}

export interface PipelineDeps extends AttemptDeps {
  /** Absent: nothing is recorded, neither facts nor decisions. */
  readonly log: EventLog | undefined;
  service(name: string): CallableService | undefined;
  /** A new call id: 16 hex digits. */
  readonly newId: () => string;
}

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

/** The life of one call: the layers of resilience around attempts at instances. */
export class Pipeline implements Calls {
  readonly #deps: PipelineDeps;

  constructor(deps: PipelineDeps) {
    this.#deps = deps;
  }

  async call(request: CallRequest): Promise<CallReply | undefined> {
    const service = this.#deps.service(request.service);
    if (!service) return undefined;
    const { id: call, traceId, parent, caller } = request;
    this.#deps.log?.append({
      kind: "call-started",
      call,
      service: request.service,
      traceId,
      ...(parent !== undefined && { parent }),
      caller,
    });
    const live = new LiveCall(this.#deps, this, service, request);
    try {
      return live.reply(await service.guard.run(live));
    } catch (error) {
      // A bug of ours; the call has ended all the same.
      live.broke(error);
      throw error;
    }
  }
}

class LiveCall implements GuardedCall {
  readonly signal: AbortSignal;
  readonly idempotent: boolean;
  readonly #deps: PipelineDeps;
  readonly #pipeline: Pipeline;
  readonly #service: CallableService;
  readonly #request: CallRequest;
  readonly #tried = new Set<string>();
  #attempts = 0;
  #usedFallback = false;

  constructor(
    deps: PipelineDeps,
    pipeline: Pipeline,
    service: CallableService,
    request: CallRequest,
  ) {
    this.#deps = deps;
    this.#pipeline = pipeline;
    this.#service = service;
    this.#request = request;
    this.signal = request.signal;
    this.idempotent = request.idempotent;
  }

  get replayable(): boolean {
    return this.#request.body.replayable;
  }

  attempt(number: number, signal: AbortSignal, progress: AttemptProgress): Promise<AttemptResult> {
    const { log, clock } = this.#deps;
    const { id: call, service, body, deadline } = this.#request;
    const pick = this.#service.pick({ tried: this.#tried }, log !== undefined);
    const { member, decision } = pick;
    if (member) this.#tried.add(member.id);
    this.#attempts++;
    log?.append({ kind: "attempt-started", call, number, instance: member?.id, decision });
    const limit = clock.now() + this.#service.spec.timeout;
    const headers: Headers = [
      ...this.#request.headers,
      [ATTEMPT_HEADERS.call, call],
      [ATTEMPT_HEADERS.attempt, String(number)],
      [ATTEMPT_HEADERS.deadline, String(Math.floor(Math.min(limit, deadline ?? limit)))],
    ];
    const release = this.#service.release.bind(this.#service);
    return attempt(this.#deps, { service, headers, body, pick, release }, signal, progress);
  }

  ended(number: number, result: AttemptResult): void {
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
    const reply = await this.#pipeline.call({
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
    return jsonAnswer(STATUS[outcome], { error: { outcome, message, service, instance, call } });
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
