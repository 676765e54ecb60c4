import type { Arrival, DataPlane, LoggedTry } from "../dataplane/contract.ts";
import { Cancellation } from "../kernel/cancellation.ts";
import type { Decision } from "../protocol/model.ts";
import type { AttemptProgress } from "../resilience/contract.ts";
import { attempt, pathBelow } from "./attempt.ts";
import {
  WireError,
  type AttemptResult,
  type CallRequest,
  type Headers,
  type RequestBody,
  type WireResponse,
} from "./contract.ts";
import { inOrder, type ProgramTry } from "./program-tries.ts";
import type { Picks } from "./picks.ts";
import type { PipelineDeps } from "./pipeline-deps.ts";
import type { ToldAttempts } from "./told-attempts.ts";

/** The way through the program. */
export interface ProgramWay {
  readonly via: DataPlane;
  /** Tells this request from all others. */
  readonly key: string;
  readonly request: CallRequest;
  /** What an instance is sent with the n-th attempt, from 0. */
  headersOf(index: number): Headers;
}

/**
 * One request through an installed program, which makes as many attempts of it as its rules say.
 * Each is told as it arrives at an instance. Attempts at instances that refuse connections never
 * arrive: while there are such, the facts wait for the program's log, and come in its order.
 */
export class ProgramAttempt {
  readonly #deps: PipelineDeps;
  readonly #told: ToldAttempts;
  readonly #picks: Picks;
  readonly #progress: AttemptProgress;
  readonly #way: ProgramWay;
  readonly #tries: ProgramTry[] = [];
  /** Told, and not ended yet. */
  #open: ProgramTry | undefined;
  #live = true;
  #closed = false;

  constructor(
    deps: PipelineDeps,
    told: ToldAttempts,
    picks: Picks,
    progress: AttemptProgress,
    way: ProgramWay,
  ) {
    this.#deps = deps;
    this.#told = told;
    this.#picks = picks;
    this.#progress = progress;
    this.#way = way;
  }

  /** The newest pick as the program's log tells it. */
  get decision(): Decision | undefined {
    return this.#open && this.#decisionOf(this.#open);
  }

  /** Asks the program; the last of its attempts is started and left for the caller to end. */
  async run(cancellation: Cancellation): Promise<AttemptResult> {
    const { via, key, request } = this.#way;
    const { client, method, uri, headers } = request;
    const sent = request.body.open();
    const body = { open: () => sent, replayable: false };
    const arrived = (arrival: Arrival) => this.#arrived(arrival, sent);
    try {
      const asked = { key, client, method, uri, headers, body, arrived };
      const { response, log } = await via.exchange(asked, cancellation);
      return this.#finish(response, Buffer.isBuffer(response.body) ? await log : undefined);
    } catch (error) {
      if (cancellation.reason || !(error instanceof WireError)) throw error;
      return this.#finish(undefined, undefined, error.message);
    }
  }

  /** Nobody waits any more: what has not been told is told now. */
  close(): void {
    if (!this.#closed) this.#tell(this.#tries);
    this.#closed = true;
  }

  async #arrived(arrival: Arrival, sent: ReturnType<RequestBody["open"]>): Promise<WireResponse> {
    const { instance } = arrival;
    const cancellation = Cancellation.of(arrival.signal);
    if (this.#closed) throw new WireError("Nobody waits for it any more.");
    const { via, request } = this.#way;
    const index = this.#tries.length;
    const before = this.#tries.at(-1);
    if (before) this.#over(before, undefined);
    const { member, decision } = this.#picks.arrived(instance, this.#deps.log !== undefined);
    if (!member) throw new WireError(`${instance} is no longer there.`);
    const startedAt = this.#deps.clock.now();
    const hop: ProgramTry = { instance, decision, startedAt, told: false };
    this.#tries.push(hop);
    if (via.hidesAttempts) this.#live = false;
    if (this.#live) this.#tell([hop]);
    this.#progress.instance = instance;
    const { service, method, uri, caller } = request;
    const body = Buffer.isBuffer(sent) ? { open: () => sent, replayable: true } : arrival.body;
    const progress: AttemptProgress = { sent: false };
    const asked = {
      service,
      method,
      uri,
      path: pathBelow(uri),
      headers: this.#way.headersOf(index),
      body,
      caller,
      member,
      sent: () => {
        progress.sent = true;
      },
    };
    try {
      this.#over(hop, await attempt(this.#deps, asked, cancellation, progress));
    } catch (error) {
      if (!cancellation.reason) throw error;
      this.#over(hop, undefined, progress);
    }
    if (progress.sent) this.#progress.sent = true;
    const { response, error, begun } = hop.result ?? {};
    if (!response) throw new WireError(error ?? "There is no answer.", begun);
    return response;
  }

  /** One is over; without a result the program gave it up, or went on. */
  #over(hop: ProgramTry, result: AttemptResult | undefined, progress?: AttemptProgress): void {
    const isLast = this.#tries.at(-1) === hop;
    if (!hop.result) {
      hop.endedAt = this.#deps.clock.now();
      hop.result = result ?? { ...this.#givenUp(hop), ...progress };
    }
    const body = hop.result.response?.body;
    // An answer that still comes keeps its place taken, unless the program has gone on.
    if (isLast && !this.#closed && (!result || body === undefined || Buffer.isBuffer(body))) {
      this.#picks.ended(hop.result, true);
    }
  }

  #finish(
    response: WireResponse | undefined,
    log: readonly LoggedTry[] | undefined,
    failure?: string,
  ): AttemptResult {
    const tries = inOrder(this.#tries, log ?? [], this.#deps.clock.now());
    this.#tell(tries);
    const { label } = this.#way.via;
    const last = tries.at(-1);
    // The program's answer came before its connection to the instance was seen to close.
    if (last && !last.result) this.#over(last, undefined);
    this.#closed = true;
    if (!last) {
      const decision = this.#deps.log && this.#way.via.decision(undefined);
      this.#told.started({ instance: undefined, decision });
      const error = failure ?? `${label} picked nobody, and answered ${response?.status ?? ""}.`;
      return { outcome: "unavailable", sent: false, error, ...(response && { response }) };
    }
    const { instance, result } = last;
    const base = { sent: result?.sent ?? true, ...(instance !== undefined && { instance }) };
    const faults = result?.faults && { faults: result.faults };
    if (!response) return { outcome: "unavailable", ...base, ...faults, error: failure ?? "" };
    if (!result?.response) return { outcome: "unavailable", ...result, ...base, response };
    if (response.status < 500) return { outcome: "success", ...base, ...faults, response };
    const who = result.response.status === response.status ? (instance ?? label) : label;
    const error = `${who} answered ${response.status}.`;
    return { outcome: "failure", ...base, ...faults, response, error };
  }

  #givenUp({ instance }: ProgramTry): AttemptResult {
    const error = `${this.#way.via.label} gave ${instance ?? "it"} up.`;
    return { outcome: "timeout", sent: true, error };
  }

  /** Tells of those that have not been told of; each ends before the next. */
  #tell(tries: readonly ProgramTry[]): void {
    for (const each of tries) {
      if (each.told) continue;
      this.#endOpen();
      each.told = true;
      this.#open = each;
      const { instance, decision, startedAt } = each;
      this.#told.started({
        instance,
        decision: decision ?? this.#decisionOf(each),
        ...(!this.#live && { startedAt }),
      });
    }
  }

  #endOpen(): void {
    const open = this.#open;
    if (!open) return;
    this.#open = undefined;
    const decision = this.#decisionOf(open);
    const { result, endedAt } = open;
    this.#told.ended(result ?? this.#givenUp(open), {
      ...(decision && { decision }),
      ...(endedAt !== undefined && { endedAt }),
    });
  }

  #decisionOf({ instance, logged, decision }: ProgramTry): Decision | undefined {
    if (!this.#deps.log) return undefined;
    if (decision && logged !== undefined) {
      const { label } = this.#way.via;
      return {
        ...decision,
        reason: `${label} picked ${instance ?? "nobody"} (its log: ${logged}).`,
      };
    }
    return decision ?? this.#way.via.decision(instance, logged);
  }
}
