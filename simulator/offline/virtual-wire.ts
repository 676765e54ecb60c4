import type { Member } from "../balancing/contract.ts";
import { WireError, type Wire, type WireRequest, type WireResponse } from "../call/contract.ts";
import type { Cancellation } from "../kernel/cancellation.ts";
import type { Clock } from "../kernel/clock.ts";
import { pauseUnless } from "../kernel/pause.ts";
import { ATTEMPT_HEADERS } from "../protocol/headers.ts";

/** What a server does with one attempt. `timeout` takes it and never answers. */
export type Behaviour = "refused" | "timeout" | { readonly status: number; readonly ms: number };

/** Decides what a server does with the attempt of a call. */
export type Behave = (member: Member, call: string) => Behaviour;

const NOTHING = Buffer.alloc(0);
/** Longer than any time limit. */
const FOR_EVER_MS = 2 ** 40;

/** A wire without sockets: servers behave as they are told, in virtual time. */
export class VirtualWire implements Wire {
  readonly #clock: Clock;
  readonly #behave: Behave;

  constructor(clock: Clock, behave: Behave) {
    this.#clock = clock;
    this.#behave = behave;
  }

  async send(
    member: Member,
    request: WireRequest,
    cancellation: Cancellation,
  ): Promise<WireResponse> {
    const behaviour = this.#behave(member, callOf(request));
    if (behaviour === "refused") {
      // A refusal is an event as others are: what is due at this moment comes before it.
      await this.#pause(0, cancellation);
      throw new WireError(`${member.id} refused the connection.`);
    }
    request.sent();
    const ms = behaviour === "timeout" ? FOR_EVER_MS : behaviour.ms;
    if (ms > 0) await this.#pause(ms, cancellation);
    return {
      status: behaviour === "timeout" ? 0 : behaviour.status,
      headers: [],
      body: NOTHING,
      done: Promise.resolve(true),
      discard: () => undefined,
    };
  }

  async #pause(ms: number, cancellation: Cancellation): Promise<void> {
    await pauseUnless(this.#clock, ms, cancellation);
    if (cancellation.reason) throw cancellation.reason;
  }
}

function callOf({ headers }: WireRequest): string {
  return headers.find(([name]) => name === ATTEMPT_HEADERS.call)?.[1] ?? "";
}
