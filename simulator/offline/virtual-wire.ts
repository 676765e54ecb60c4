import type { Member } from "../balancing/contract.ts";
import { WireError, type Wire, type WireRequest, type WireResponse } from "../call/contract.ts";
import type { Cancellation } from "../kernel/cancellation.ts";
import { pauseUnless } from "../kernel/pause.ts";
import { ATTEMPT_HEADERS } from "../protocol/headers.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** What a server does with one attempt. `timeout` takes it and never answers. */
export type Behaviour = "refused" | "timeout" | { readonly status: number; readonly ms: number };

/** Decides what a server does with the attempt of a call. */
export type Behave = (member: Member, call: string) => Behaviour;

const NOTHING = Buffer.alloc(0);
/** Longer than any time limit. */
const FOR_EVER_MS = 2 ** 40;

/** A wire without sockets: servers behave as they are told, in virtual time. */
export class VirtualWire implements Wire {
  readonly #clock: VirtualClock;
  readonly #behave: Behave;

  constructor(clock: VirtualClock, behave: Behave) {
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
      await this.#pause(0, cancellation);
      throw new WireError(`${member.id} refused the connection.`);
    }
    request.sent();
    const ms = behaviour === "timeout" ? FOR_EVER_MS : behaviour.ms;
    await this.#pause(ms, cancellation);
    return {
      status: behaviour === "timeout" ? 0 : behaviour.status,
      headers: [],
      body: NOTHING,
      done: Promise.resolve(true),
      discard: () => undefined,
    };
  }

  /** What comes at once is an event, too: what is due at this moment already comes before it. */
  async #pause(ms: number, cancellation: Cancellation): Promise<void> {
    if (ms === 0 && !this.#clock.isSomethingDue) return;
    await pauseUnless(this.#clock, ms, cancellation);
    if (cancellation.reason) throw cancellation.reason;
  }
}

function callOf({ headers }: WireRequest): string {
  return headers.find(([name]) => name === ATTEMPT_HEADERS.call)?.[1] ?? "";
}
