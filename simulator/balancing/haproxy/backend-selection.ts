import type {
  AttemptEnd,
  CallSubject,
  Member,
  Pick,
  PickAsk,
  Redispatch,
  Selection,
} from "../contract.ts";
import type { HaproxyServer } from "./haproxy-server.ts";

/** What a pick needs to know of its call. */
export interface CallState {
  readonly subject: CallSubject;
  /** Where its last attempt went. */
  readonly last: HaproxyServer | undefined;
  /** Whether it may leave the queue of a server that goes down. */
  readonly redispatch: boolean;
  /** Whether it has kept its connection to the last server. */
  readonly keeps: boolean;
}

/** A backend, as far as it concerns the picks of one call. */
export interface PickingBackend {
  /** A pick, after `assign_server_and_queue`. */
  pick(call: CallState, ask: PickAsk): { readonly pick: Pick; readonly server?: HaproxyServer };
  /** An attempt at a server is over, or has found no connection. */
  ended(server: HaproxyServer, end: AttemptEnd | "unreached"): void;
  /** A call does not keep its connection to a server any longer. */
  released(server: HaproxyServer): void;
  serverOf(member: Member): HaproxyServer | undefined;
  /** What `option redispatch` means for a retry after an attempt at `last`. */
  redispatch(last: HaproxyServer | undefined): Redispatch;
}

/** The picks of one call at an HAProxy backend. */
export class BackendSelection implements Selection {
  readonly tries = Infinity;
  readonly #backend: PickingBackend;
  readonly #subject: CallSubject;
  readonly #redispatch: boolean;
  /** Whether the failure of the last attempt is counted before its end is told. */
  #isCounted = false;
  #last: HaproxyServer | undefined;
  /** The server whose connection it keeps until it tries again there. */
  #held: HaproxyServer | undefined;

  constructor(
    backend: PickingBackend,
    subject: CallSubject,
    last: HaproxyServer | undefined,
    redispatch: boolean,
  ) {
    this.#backend = backend;
    this.#subject = subject;
    this.#last = last;
    this.#redispatch = redispatch;
  }

  pick(ask: PickAsk): Pick {
    const keeps = ask.stay === true && this.#held !== undefined && this.#held === this.#last;
    if (keeps) this.#release(false);
    else this.over();
    const { pick, server } = this.#backend.pick(
      { subject: this.#subject, last: this.#last, redispatch: this.#redispatch, keeps },
      ask,
    );
    if (server) this.#last = server;
    const { place } = pick;
    if (!place) return pick;
    const noted = (take: (turn: Pick | undefined) => void) => (turn: Pick | undefined) => {
      if (turn?.member) this.#last = this.#backend.serverOf(turn.member);
      take(turn);
    };
    return {
      ...pick,
      place: {
        ahead: place.ahead,
        instance: place.instance,
        onTurn: (take) => {
          place.onTurn(noted(take));
        },
        leave: () => {
          place.leave();
        },
      },
    };
  }

  ended(member: Member, end: AttemptEnd): void {
    const server = this.#backend.serverOf(member);
    if (!server) return;
    if (!this.#isCounted) this.#backend.ended(server, end);
    this.#isCounted = false;
    if (!end.again || end.stay !== true) return;
    server.held++;
    this.#held = server;
  }

  redispatch(sent: boolean): Redispatch {
    // HAProxy counts a failed connection before it chooses: a server may go down by it.
    if (!sent && this.#last && !this.#isCounted) {
      this.#isCounted = true;
      this.#backend.ended(this.#last, "unreached");
    }
    return this.#backend.redispatch(this.#last);
  }

  over(): void {
    this.#release(true);
  }

  #release(offer: boolean): void {
    const held = this.#held;
    if (!held) return;
    this.#held = undefined;
    held.held--;
    if (offer) this.#backend.released(held);
  }
}
