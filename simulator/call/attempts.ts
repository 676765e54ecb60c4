import type { CallSubject, Redispatch } from "../balancing/contract.ts";
import { ATTEMPT_HEADERS } from "../protocol/headers.ts";
import { formatDuration } from "../protocol/units.ts";
import type { AttemptAsk } from "../resilience/contract.ts";
import { attempt } from "./attempt.ts";
import type { AttemptResult, CallRequest, Headers } from "./contract.ts";
import { Picks } from "./picks.ts";
import type { CallableService, PipelineDeps } from "./pipeline-deps.ts";
import { ProgramAttempt, type ToldAttempts } from "./program-attempt.ts";

const NOBODY: ReadonlySet<string> = new Set();

/** The attempts of one call, by picks of ours or of an installed program, and their facts. */
export class Attempts {
  readonly #deps: PipelineDeps;
  readonly #service: CallableService;
  readonly #request: CallRequest;
  readonly #picks: Picks;
  readonly #told: ToldAttempts;
  /** Of the newest attempt in the facts. */
  #number = 0;
  /** Whether the newest attempt has yet to end. */
  #open = false;
  #program: ProgramAttempt | undefined;
  #made = 0;

  constructor(deps: PipelineDeps, service: CallableService, request: CallRequest) {
    this.#deps = deps;
    this.#service = service;
    this.#request = request;
    const { reuse, redispatch } = service.guard;
    this.#picks = new Picks(
      deps.clock,
      service.begin(subjectOf(request), { tried: NOBODY, reuse, redispatch }),
    );
    this.#told = {
      started: (attempt) => this.#tellStarted(attempt),
      ended: (result, more) => this.#tellEnded(result, more),
    };
  }

  get tries(): number {
    return this.#picks.tries;
  }

  redispatch(): Redispatch | undefined {
    return this.#picks.redispatch();
  }

  /** Attempts that were made; refused ones do not count. */
  get made(): number {
    return this.#made;
  }

  /** Makes one, or through a program as many as that finds necessary. */
  async make(ask: AttemptAsk, signal: AbortSignal): Promise<AttemptResult> {
    const { via } = this.#picks;
    if (!via) return this.#direct(ask, signal);
    const program = new ProgramAttempt(this.#deps, this.#told, this.#picks, ask.progress, {
      via,
      key: `${this.#request.id}-${ask.number}`,
      request: this.#request,
      headersOf: (index) => this.#headers(this.#number + index + (this.#open ? 0 : 1)),
    });
    this.#program = program;
    return program.run(signal);
  }

  /** One is over, also one that was refused. */
  ended(result: AttemptResult, again: boolean, stay: boolean): void {
    this.#program?.close();
    const decision = this.#program?.decision;
    this.#program = undefined;
    this.#picks.ended(result, again, stay);
    this.#tellEnded(result, { ...(decision && { decision }) });
  }

  retrying(backoffMs: number): void {
    const { id: call } = this.#request;
    this.#deps.log?.append({ kind: "retry-scheduled", call, number: this.#number, backoffMs });
  }

  /** Gives back what is still picked: the call broke off. */
  abandon(): void {
    this.#picks.abandon();
  }

  /** The call is over: no attempt follows. */
  over(): void {
    this.#picks.over();
  }

  async #direct(ask: AttemptAsk, signal: AbortSignal): Promise<AttemptResult> {
    const { stay, progress } = ask;
    const { service, method, uri, body, caller } = this.#request;
    const { balancer, timeout } = this.#service.spec;
    const record = this.#deps.log !== undefined;
    const queueTimeout = balancer.queueTimeout ?? timeout;
    const picked = await this.#picks.next({ record, stay }, queueTimeout, signal);
    const { member, decision, queuedMs } = picked;
    this.#tellStarted({
      instance: member?.id,
      decision,
      ...(queuedMs !== undefined && { queuedMs }),
    });
    if (!member) return nobody(service, queuedMs);
    progress.instance = member.id;
    const headers = this.#headers(this.#number);
    const request = { service, method, uri, headers, body, caller, member };
    return ask.limited(signal, (limited) => attempt(this.#deps, request, limited, progress));
  }

  /** What an instance is sent with one attempt. */
  #headers(number: number): Headers {
    const { id: call, headers, deadline } = this.#request;
    const limit = this.#deps.clock.now() + this.#service.spec.timeout;
    return [
      ...headers,
      [ATTEMPT_HEADERS.call, call],
      [ATTEMPT_HEADERS.attempt, String(number)],
      [ATTEMPT_HEADERS.deadline, String(Math.floor(Math.min(limit, deadline ?? limit)))],
    ];
  }

  #tellStarted(attempt: Parameters<ToldAttempts["started"]>[0]): void {
    this.#number++;
    this.#made++;
    this.#open = true;
    const { id: call } = this.#request;
    this.#deps.log?.append({ kind: "attempt-started", call, number: this.#number, ...attempt });
  }

  #tellEnded(result: AttemptResult, more: Parameters<ToldAttempts["ended"]>[1]): void {
    // One that was refused, or given up before its turn, never started.
    if (!this.#open) this.#number++;
    this.#open = false;
    const { outcome, response, error, faults } = result;
    // A program that got no answer still gives the caller one; it is not the instance's.
    const answered = outcome === "success" || outcome === "failure";
    this.#deps.log?.append({
      kind: "attempt-ended",
      call: this.#request.id,
      number: this.#number,
      outcome,
      ...(response && answered && { status: response.status }),
      ...(error !== undefined && { error }),
      ...(faults && { faults: [...faults] }),
      ...more,
    });
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
