import { hasRelease } from "../../kernel/release.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { BalancerSpec } from "../../protocol/spec.ts";
import type { Member } from "../contract.ts";
import { Peer } from "./peer.ts";
import { PeerList } from "./peer-list.ts";
import type { Round } from "./round.ts";

/** The servers of an upstream with the state that nginx keeps of them, whatever the algorithm. */
export class Pool {
  readonly primary: PeerList;
  readonly backups: PeerList;
  readonly spec: BalancerSpec;
  /** All peers, in the order of the members. */
  all: readonly Peer[] = [];
  members: readonly Member[] = [];
  /** `peer.tries` of `ngx_http_upstream_init_round_robin_peer`. */
  tries = 0;
  readonly #clock: Clock;
  #byId = new Map<string, Peer>();

  constructor(spec: BalancerSpec, clock: Clock, round: () => Round) {
    this.spec = spec;
    this.#clock = clock;
    this.primary = new PeerList(round());
    this.backups = new PeerList(round());
  }

  /** The second of the clock: nginx's time has no finer one. */
  now(): number {
    return Math.floor(this.#clock.now() / 1000);
  }

  peerOf(id: string): Peer | undefined {
    return this.#byId.get(id);
  }

  /** These members from now on; who stays keeps its state. */
  update(members: readonly Member[]): void {
    const now = this.now();
    const before = this.#byId;
    this.#byId = new Map();
    this.members = members;
    const lists = { primary: [] as Peer[], backups: [] as Peer[] };
    // Out of the rounds before anything about them changes.
    for (const peer of this.all) peer.list.round.leave(peer);
    this.all = members.map((member) => {
      const { backup } = member.server;
      const list = backup ? this.backups : this.primary;
      const peers = backup ? lists.backups : lists.primary;
      const peer = before.get(member.id) ?? new Peer(member, list);
      peer.follow(member, list, peers.length);
      peers.push(peer);
      before.delete(member.id);
      this.#byId.set(member.id, peer);
      return peer;
    });
    // A call may still hold one that is gone.
    for (const peer of before.values()) peer.down = "down";
    const next = lists.backups.length > 0 ? this.backups : undefined;
    const single = lists.primary.length === 1 && !next;
    this.backups.become(lists.backups, { single: false }, now);
    this.primary.become(lists.primary, { single, ...(next && { next }) }, now);
    const downCount = hasRelease(this.spec.version, "1.19.6")
      ? this.all.filter(({ down }) => down !== undefined).length
      : 0;
    this.tries = this.all.length - downCount;
  }

  loadChanged(member: Member): void {
    const peer = this.#byId.get(member.id);
    if (!peer || peer.maxConns === 0) return;
    this.#review(peer, this.now());
  }

  /** A pick: one whose `fail_timeout` has passed is being checked by it. */
  taken(peer: Peer, now: number): void {
    if (now - peer.checked <= peer.failTimeout) return;
    peer.checked = now;
    if (peer.maxFails > 0 && peer.fails >= peer.maxFails) this.#review(peer, now);
  }

  /** An attempt's end, after `ngx_http_upstream_free_round_robin_peer`. */
  freed(peer: Peer, hasFailed: boolean): void {
    if (peer.list.single) return;
    const now = this.now();
    const { round } = peer.list;
    if (hasFailed) {
      round.leave(peer);
      peer.fails++;
      peer.accessed = now;
      peer.checked = now;
      const share = peer.maxFails > 0 ? Math.floor(peer.weight / peer.maxFails) : 0;
      peer.effective = Math.max(0, peer.effective - share);
      round.enter(peer, now);
    } else if (peer.fails > 0 && peer.accessed < peer.checked) {
      peer.fails = 0;
      this.#review(peer, now);
    }
  }

  /** Before 1.11.5, when nobody could be picked all were tried again from the next call on. */
  nobody(list: PeerList): void {
    if (hasRelease(this.spec.version, "1.11.5")) return;
    const now = this.now();
    for (const peer of list.peers) {
      peer.fails = 0;
      this.#review(peer, now);
    }
  }

  #review(peer: Peer, now: number): void {
    peer.list.round.leave(peer);
    peer.list.round.enter(peer, now);
  }
}
