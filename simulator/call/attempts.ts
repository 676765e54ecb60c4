import type { Redispatch, Selection } from "../balancing/contract.ts";
import type { DataPlane } from "../dataplane/contract.ts";
import type { Cancellation } from "../kernel/cancellation.ts";
import { messageOf } from "../kernel/errors.ts";
import { withTimeLimit } from "../kernel/time-limit.ts";
import { ATTEMPT_HEADERS } from "../protocol/headers.ts";
import type { Bounds } from "../resilience/contract.ts";
import { attempt, pathBelow } from "./attempt.ts";
import { AttemptFacts } from "./attempt-facts.ts";
import { subjectOf } from "./call-subject.ts";
import type { AttemptResult, CallRequest, Headers } from "./contract.ts";
import { LiveTry } from "./live-try.ts";
import { Picks } from "./picks.ts";
import type { CallableService, PipelineDeps } from "./pipeline-deps.ts";
import { ProgramAttempt } from "./program-attempt.ts";
import { late, nobody, outOfTime, unanswered } from "./unanswered.ts";

/** Of a try that was opened when the call had its result. */
const OVER: AttemptResult = {
  outcome: "canceled",
  sent: false,
  error: "The call had ended already.",
};
const NOBODY: ReadonlySet<string> = new Set();

/** The tries of one call, by picks of ours or of an installed program, and their facts. */
export class Attempts {
  readonly #deps: PipelineDeps;
  readonly #service: CallableService;
  readonly #request: CallRequest;
  readonly #selection: Selection;
  readonly #facts: AttemptFacts;
  /** Those that have not ended. */
  readonly #open = new Set<LiveTry>();
  /** Through a program; those of hedged tries run beside each other. */
  #exchanges = 0;
  #isOver = false;

  constructor(deps: PipelineDeps, service: CallableService, request: CallRequest) {
    this.#deps = deps;
    this.#service = service;
    this.#request = request;
    const { reuse, redispatch } = service.guard;
    this.#selection = service.begin(subjectOf(request), { tried: NOBODY, reuse, redispatch });
    this.#facts = new AttemptFacts(deps.log, request.id);
  }

  get tries(): number {
    return this.#selection.tries;
  }

  redispatch(sent: boolean): Redispatch | undefined {
    return this.#selection.redispatch?.(sent);
  }

  /** Attempts that were made; refused ones do not count. */
  get made(): number {
    return this.#facts.made;
  }

  open(how: { stay?: boolean; hedge?: boolean } = {}): LiveTry {
    const tried = new LiveTry(new Picks(this.#deps.clock, this.#selection), how);
    // What goes on although the call is over begins nothing more.
    if (this.#isOver) tried.result = OVER;
    else this.#open.add(tried);
    return tried;
  }

  /** Makes an attempt, or through a program as many as that finds necessary. Rejects by a bug only. */
  make(tried: LiveTry, bounds: Bounds): Promise<AttemptResult> {
    const { cancellation, deadline } = bounds;
    if (tried.result) {
      return Promise.resolve(unanswered("canceled", tried, "Nobody waits for it any more."));
    }
    if (deadline !== undefined && deadline <= this.#deps.clock.now()) {
      return Promise.resolve(outOfTime(tried));
    }
    tried.running = cancellation;
    const { via } = this.#selection;
    const made = via ? this.#through(via, tried, bounds) : this.#direct(tried, bounds);
    return made.then(
      (result) => over(tried, result),
      (error: unknown) => {
        // Whatever broke when it was given up broke because of that.
        const { reason } = cancellation;
        const result = unanswered("canceled", tried, reason?.message ?? messageOf(error));
        over(tried, result);
        if (!reason) throw error;
        return result;
      },
    );
  }

  /** One is over, also one that was refused; only the first end counts. */
  ended(tried: LiveTry, result: AttemptResult, again: boolean, stay: boolean): void {
    if (tried.result) return;
    tried.result = result;
    this.#open.delete(tried);
    tried.program?.close();
    const decision = tried.program?.decision;
    tried.program = undefined;
    // What goes on although nobody waits keeps its place until it is over.
    const goesOn = tried.running && !tried.running.reason;
    if (!goesOn) tried.picks.ended(result, again, stay);
    this.#facts.ended(tried, result, { ...(decision && { decision }) });
  }

  retrying(backoffMs: number): void {
    if (!this.#isOver) this.#facts.retrying(backoffMs);
  }

  /** The call has its result: no attempt follows, and what still runs is of interest to nobody. */
  over(outcome: "timeout" | "canceled"): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const tried of this.#open) {
      const result = unanswered(outcome, tried, "The call had ended already.");
      if (tried.isTold) this.ended(tried, result, false, false);
      else tried.result = result;
    }
    this.#open.clear();
    this.#selection.over?.();
  }

  #through(via: DataPlane, tried: LiveTry, bounds: Bounds): Promise<AttemptResult> {
    const facts = this.#facts;
    const told = {
      started: facts.started.bind(facts, tried),
      ended: facts.ended.bind(facts, tried),
    };
    const first = facts.next;
    const program = new ProgramAttempt(this.#deps, told, tried.picks, tried.progress, {
      via,
      key: `${this.#request.id}-${++this.#exchanges}`,
      request: this.#request,
      headersOf: (index) =>
        this.#headers(first + index, deadlineOf(bounds, this.#deps.clock.now())),
    });
    tried.program = program;
    tried.commit();
    return program.run(bounds.cancellation);
  }

  async #direct(tried: LiveTry, bounds: Bounds): Promise<AttemptResult> {
    const { stay, progress } = tried;
    const { service } = this.#request;
    const { balancer, timeout } = this.#service.spec;
    const record = this.#deps.log !== undefined;
    const queueTimeout = balancer.queueTimeout ?? timeout;
    const asked = tried.picks.next({ record, stay }, queueTimeout, bounds.cancellation);
    // Most are picked at once, and then it starts at once.
    const picked = asked instanceof Promise ? await asked : asked;
    if (!picked || tried.result) throw bounds.cancellation.reason ?? new Error("It has ended.");
    const { member, decision, queuedMs } = picked;
    const queued = queuedMs !== undefined && { queuedMs };
    this.#facts.started(tried, { instance: member?.id, decision, ...queued });
    if (!member) return nobody(service, queuedMs);
    progress.instance = member.id;
    const { method, uri, body, caller, deadline = Infinity } = this.#request;
    const { clock } = this.#deps;
    const now = clock.now();
    const until = deadlineOf(bounds, now);
    const headers = this.#headers(tried.number ?? 1, until);
    const { sent } = tried;
    const path = pathBelow(uri);
    const request = { service, method, uri, path, headers, body, caller, member, sent };
    const run = (within: Cancellation) => attempt(this.#deps, request, within, progress);
    const { attemptMs = Infinity, cancellation } = bounds;
    // Layers with narrower limits than the caller's see to them by themselves.
    const leftMs = Math.max(0, deadline - now);
    const ms = Math.min(attemptMs, leftMs);
    const tooLate = () => (leftMs < attemptMs ? outOfTime(tried) : late(tried, attemptMs));
    const limited = ms < Infinity && withTimeLimit(clock, ms, cancellation, run, tooLate);
    const result = await (limited || run(cancellation));
    // What it was aborted by at the deadline is no failure of its own.
    if (result.outcome !== "failure" || clock.now() < until) return result;
    result.response?.discard();
    return attemptMs < Infinity ? tooLate() : outOfTime(tried);
  }

  /** What an instance is sent with one attempt. */
  #headers(number: number, until: number): Headers {
    const { id: call, headers } = this.#request;
    const all: (readonly [string, string])[] = [
      ...headers,
      [ATTEMPT_HEADERS.call, call],
      [ATTEMPT_HEADERS.attempt, String(number)],
    ];
    if (until !== Infinity) all.push([ATTEMPT_HEADERS.deadline, String(until)]);
    return all;
  }
}

/** When nobody waits any more for an attempt that begins now, in whole epoch ms. */
function deadlineOf({ deadline = Infinity, attemptMs = Infinity }: Bounds, now: number): number {
  return Math.ceil(Math.min(now + attemptMs, deadline));
}

/** Its attempt is really over; when nobody waited for that any more, only now its place is free. */
function over(tried: LiveTry, result: AttemptResult): AttemptResult {
  tried.running = undefined;
  if (tried.result) tried.picks.ended(result, false);
  return result;
}
