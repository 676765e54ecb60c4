import type { AttemptResult } from "../call/contract.ts";
import type { Permit, PermitEnd } from "./breakers/contract.ts";
import type { CircuitRecord } from "./circuit-record.ts";
import type { CircuitPermit } from "./contract.ts";

/**
 * An engine's permit that tells the record whose result the engine hears of. It is also the
 * admission: one object for each call.
 */
export class RecordedPermit implements CircuitPermit {
  readonly kind = "admitted";
  readonly #permit: Permit;
  readonly #call: string;
  readonly #record: CircuitRecord;
  readonly #isDebugged: ((instance: string) => boolean) | undefined;
  readonly #afterEnd: ((result: AttemptResult) => void) | undefined;
  #result: AttemptResult | undefined;

  /**
   * @param isDebugged whether a debugger holds an instance, whose failures the engine is not to hear of
   * @param afterEnd called when the engine has heard of the result
   */
  constructor(
    permit: Permit,
    call: string,
    record: CircuitRecord,
    isDebugged?: (instance: string) => boolean,
    afterEnd?: (result: AttemptResult) => void,
  ) {
    this.#permit = permit;
    this.#call = call;
    this.#record = record;
    this.#isDebugged = isDebugged;
    this.#afterEnd = afterEnd;
  }

  get permit(): this {
    return this;
  }

  get probe(): boolean {
    return this.#permit.probe;
  }

  get limit(): Permit["limit"] {
    return this.#permit.limit;
  }

  get turn(): Promise<void> | undefined {
    return this.#permit.turn;
  }

  get at(): number | undefined {
    return this.#permit.at;
  }

  ended(end: PermitEnd, result: AttemptResult): void {
    this.#result = result;
    this.#record.enter(this.#call, result);
    this.#permit.ended(this.#isSpared(end, result) ? "canceled" : end);
    this.#record.leave();
    this.#afterEnd?.(result);
  }

  finished(): void {
    this.#record.enter(this.#call, this.#result);
    this.#permit.finished();
    this.#record.leave();
  }

  /** A probe has to come to something: some libraries wait forever for one that is cancelled. */
  #isSpared(end: PermitEnd, { instance }: AttemptResult): boolean {
    if (end === "success" || this.probe || instance === undefined) return false;
    return this.#isDebugged?.(instance) === true;
  }
}
