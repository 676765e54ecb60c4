import type { Clock } from "../../kernel/clock.ts";
import { serverNumbers } from "../../protocol/server-numbers.ts";
import type { Member } from "../contract.ts";
import { EffectiveWeights } from "./effective-weights.ts";
import { HaproxyServer } from "./haproxy-server.ts";
import type { Lookup } from "./lookup.ts";
import type { Queueing } from "./queueing.ts";
import { ServerGroups } from "./server-groups.ts";
import { SlowStart } from "./slow-start.ts";

/**
 * The servers of a backend with their states. The algorithm's own structures are built at the
 * first pick or change, from who is up by then, as HAProxy builds them at its start; from there
 * on changes come to it one by one.
 */
export class BackendServers {
  readonly groups: ServerGroups;
  readonly slowStart = new SlowStart();
  readonly #clock: Clock;
  readonly #servers = new Map<string, HaproxyServer>();
  #weights: EffectiveWeights | undefined;
  #lookup: Lookup | undefined;
  #queues: Queueing | undefined;
  #ordered: readonly HaproxyServer[] = [];
  #served = 0;
  #hasBegun = false;

  constructor(allBackups: boolean, clock: Clock) {
    this.groups = new ServerGroups(allBackups);
    this.#clock = clock;
  }

  /** Whom to tell of changes. */
  connect(lookup: Lookup, queues: Queueing): void {
    this.#lookup = lookup;
    this.#queues = queues;
    this.#weights = new EffectiveWeights(lookup.dynamic, this.slowStart);
  }

  /** In the order of their numbers; also those that are gone. */
  get ordered(): readonly HaproxyServer[] {
    return this.#ordered;
  }

  /** Attempts that have a connection to any of them. */
  get served(): number {
    return this.#served;
  }

  of(id: string): HaproxyServer | undefined {
    return this.#servers.get(id);
  }

  update(members: readonly Member[]): void {
    if (!this.#hasBegun && members.some((member) => this.#isOther(member))) this.advance();
    const gone = new Set(this.#servers.values());
    for (const [index, member] of members.entries()) {
      const known = this.#servers.get(member.id);
      const server = known ?? new HaproxyServer(member, placeOf(member, index));
      if (!known) this.#servers.set(member.id, server);
      server.member = member;
      server.present = true;
      gone.delete(server);
      this.#count(server);
      if (this.#hasBegun) this.#lookup?.loadChanged?.(server);
    }
    for (const server of gone) server.present = false;
    this.#ordered = [...this.#servers.values()].sort((a, b) => a.place - b.place);
    this.#number();
    for (const server of this.#ordered) this.slowStart.note(server, this.#clock.now());
    if (!this.#hasBegun) return;
    this.groups.servers = this.#ordered;
    const turned = new Set(this.#ordered.filter((server) => this.#settle(server)));
    for (const server of this.#ordered) {
      const { out: wasOut } = server;
      server.out = isOut(server);
      // Not so when it only has a weight again: HAProxy then waits for the next one that ends.
      if (turned.has(server) && server.usable && wasOut) this.#queues?.serveAny(server);
      // Without a weight alone it still serves those who wait for it.
      if (!server.present || (server.out && !wasOut)) {
        this.#queues?.redistribute(server, !server.present);
      }
    }
  }

  /** It has more or fewer connections than it had. */
  loadChanged(server: HaproxyServer): void {
    const before = server.counted;
    this.#count(server);
    if (!this.#hasBegun) return;
    this.#lookup?.loadChanged?.(server);
    if (server.counted < before) this.#queues?.serve(server);
  }

  /** Whether it is up, and not only just. */
  isRunning(server: HaproxyServer): boolean {
    const isDown = isOut(server) && server.member.excluded !== "draining";
    return !isDown && !this.slowStart.isStarting(server);
  }

  /** Begins with those who are up, or makes up for the steps of slow starts since the last time. */
  advance(): void {
    const now = this.#clock.now();
    if (this.#hasBegun) {
      this.slowStart.advance(now, (server) => {
        this.#settle(server);
        this.#queues?.serve(server);
      });
      return;
    }
    this.#hasBegun = true;
    this.slowStart.advance(now, () => undefined);
    this.#weights?.begin(this.#ordered);
    for (const server of this.#ordered) Object.assign(server, this.#weights?.stateOf(server));
    this.groups.count(this.#ordered);
    this.#lookup?.begin(this.#ordered);
  }

  /** Whether a known one is changed: who only just comes up was up all along for HAProxy. */
  #isOther({ id, weight, excluded }: Member): boolean {
    const before = this.#servers.get(id)?.member;
    if (!before) return false;
    const comesUp = before.excluded === "unchecked" && excluded === undefined;
    return before.weight !== weight || (before.excluded !== excluded && !comesUp);
  }

  /** Places without a server count as servers without an id of their own. */
  #number(): void {
    const ids: (number | undefined)[] = Array.from({ length: this.#ordered.at(-1)?.place ?? 0 });
    for (const { place, member } of this.#ordered) ids[place - 1] = member.server.id;
    const numbers = serverNumbers(ids);
    for (const server of this.#ordered) server.number = numbers[server.place - 1] ?? server.place;
  }

  #count(server: HaproxyServer): void {
    this.#served += server.served - server.counted;
    server.counted = server.served;
  }

  /** Brings what a server is now to the groups and the algorithm; whether it is another. */
  #settle(server: HaproxyServer): boolean {
    const before = { usable: server.usable, effective: server.effective };
    Object.assign(server, this.#weights?.stateOf(server));
    const { usable, effective } = server;
    if (before.usable === usable && before.effective === effective) return false;
    this.groups.changed(server, before);
    if (before.usable && usable) this.#lookup?.reweighed(server, before.effective);
    else if (usable) this.#lookup?.added(server);
    else if (before.usable) this.#lookup?.removed(server, before.effective);
    return before.usable !== usable;
  }
}

/** Whether it is down or drained, and not only without weight. */
function isOut({ present, member }: HaproxyServer): boolean {
  return !present || member.excluded !== undefined;
}

/** The place among the `server` lines, from 1. */
function placeOf({ id, slot }: Member, index: number): number {
  if (slot !== undefined) return slot + 1;
  return Number(/\d+$/.exec(id)?.[0] ?? index + 1);
}
