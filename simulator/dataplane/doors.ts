import type { Member } from "../balancing/contract.ts";
import type { FaultyPath } from "../call/contract.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Scope } from "../kernel/scope.ts";
import type { ProgramServer } from "./program.ts";
import { Relay, type Receive } from "./relay.ts";

/** The door of one that has left stays open for so long. */
const LINGER_MS = 100;

/** The relays of one service's instances, and who is behind them. */
export class Doors {
  readonly #service: string;
  readonly #faults: FaultyPath;
  readonly #receive: Receive;
  readonly #moved: () => void;
  readonly #clock: Clock;
  readonly #scope: Scope;
  readonly #relays = new Map<string, Relay>();
  #members: readonly Member[] = [];
  /** No longer members, but the program may still send calls to them. */
  readonly #leaving = new Map<string, Member>();

  /** `moved`: a relay has another port than before. */
  constructor(
    service: string,
    deps: { readonly faults: FaultyPath; readonly clock: Clock },
    receive: Receive,
    moved: () => void,
    scope: Scope,
  ) {
    this.#service = service;
    this.#faults = deps.faults;
    this.#clock = deps.clock;
    this.#receive = receive;
    this.#moved = moved;
    this.#scope = scope;
  }

  get members(): readonly Member[] {
    return this.#members;
  }

  /** Whether somebody whom the program sends calls to refuses connections. */
  get someRefuse(): boolean {
    return this.#refusing().length > 0;
  }

  /** The only one who refuses connections; undefined when there is none, or several. */
  get theOneThatRefuses(): string | undefined {
    const [first, ...more] = this.#refusing();
    return more.length === 0 ? first?.id : undefined;
  }

  /** Who is behind an instance's door. */
  member(id: string): Member | undefined {
    return this.#members.find((member) => member.id === id) ?? this.#leaving.get(id);
  }

  update(members: readonly Member[]): void {
    const ids = new Set(members.map(({ id }) => id));
    for (const member of this.#members) {
      if (!ids.has(member.id)) this.#leaving.set(member.id, member);
    }
    for (const id of ids) this.#leaving.delete(id);
    this.#members = members;
    for (const { id, host, port, server } of members) {
      this.#relays.get(id)?.watch(host, port, server.external);
    }
  }

  /** What the program is to have now; resolves when every door is open, or shut. */
  async servers(): Promise<readonly ProgramServer[]> {
    const members = this.#members;
    const relays = await Promise.all(members.map((member) => this.#relayOf(member)));
    return members.flatMap((member, i) => {
      const { id: instance, weight, excluded, server, slot = i } = member;
      const port = relays[i]?.port;
      if (port === undefined) return [];
      const state = excluded === undefined ? "ready" : excluded === "draining" ? "drain" : "down";
      return [{ instance, slot, port, weight: Math.round(weight), state, server }];
    });
  }

  /** The program has taken what `servers` said: nobody comes to those any more that had left. */
  settled(servers: readonly ProgramServer[]): void {
    const used = new Set(servers.map(({ instance }) => instance));
    const left = [...this.#leaving.keys()].filter((id) => !used.has(id));
    if (left.length === 0) return;
    // A connection to them may be on its way.
    const cancel = this.#clock.after(LINGER_MS, () => {
      forget();
      for (const id of left.filter((each) => this.#leaving.delete(each))) {
        this.#relays.get(id)?.retire();
        this.#relays.delete(id);
      }
    });
    const forget = this.#scope.add(cancel);
  }

  /** The faults at work have changed. */
  faultsChanged(): void {
    for (const [id, relay] of this.#relays) relay.refuse(this.#isRefusedByFault(id));
  }

  async #relayOf({ id, host, port, server }: Member): Promise<Relay> {
    let known = this.#relays.get(id);
    if (!known) {
      known = new Relay(id, this.#receive, this.#moved, this.#scope.child());
      this.#relays.set(id, known);
      await known.open();
      known.watch(host, port, server.external);
      if (this.#isRefusedByFault(id)) known.refuse(true);
    }
    return known;
  }

  #refusing(): Member[] {
    return this.#members.filter(
      ({ id, excluded }) => excluded === undefined && this.#relays.get(id)?.refuses === true,
    );
  }

  #isRefusedByFault(instance: string): boolean {
    return this.#faults.refuses(instance, this.#service);
  }
}
