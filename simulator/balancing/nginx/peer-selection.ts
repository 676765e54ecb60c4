import type { Decision, Exclusion } from "../../protocol/model.ts";
import type { BalancerId } from "../../protocol/spec.ts";
import { candidatesOf } from "../candidates.ts";
import type { AttemptEnd, Beginning, Member, Pick, PickAsk, Selection } from "../contract.ts";
import type { Peer } from "./peer.ts";
import type { PeerList } from "./peer-list.ts";
import type { Pool } from "./pool.ts";

/** The picks of one call by nginx's rules; an algorithm says whom {@link choose} chooses. */
export abstract class PeerSelection implements Selection {
  readonly tries: number;
  /** What a candidate's score means. */
  protected abstract readonly score: string;
  protected readonly pool: Pool;
  /** The primary servers, or the backups once nobody of the primary ones was left. */
  protected list: PeerList;
  protected tried: Set<Peer>;
  readonly #algorithm: BalancerId;
  readonly #beginning: Beginning;
  /** Tried among the primary servers, once the backups are in use. */
  #triedBefore: ReadonlySet<Peer> | undefined;
  #current: Peer | undefined;

  constructor(pool: Pool, beginning: Beginning, algorithm: BalancerId) {
    this.pool = pool;
    this.list = pool.primary;
    this.tries = pool.tries;
    this.tried = this.#triedOf(pool.primary, beginning);
    this.#algorithm = algorithm;
    this.#beginning = beginning;
  }

  pick({ record }: PickAsk): Pick {
    const { pool } = this;
    const now = pool.now();
    let peer = this.choose(now, record);
    if (!peer && this.#beginning.reuse && (this.tried.size > 0 || this.list !== pool.primary)) {
      this.list = pool.primary;
      this.tried = new Set();
      this.#triedBefore = undefined;
      this.restart();
      peer = this.choose(now, record);
    }
    this.#current = peer;
    const decision = record ? this.#decision(peer, now) : undefined;
    if (!peer) return { member: undefined, decision };
    this.tried.add(peer);
    pool.taken(peer, now);
    return { member: peer.member, decision };
  }

  ended(member: Member, end: AttemptEnd): void {
    const peer = this.#current?.id === member.id ? this.#current : this.pool.peerOf(member.id);
    this.#current = undefined;
    if (peer) this.pool.freed(peer, hasFailed(end));
  }

  /** Whom nginx's `peer.get` chooses; undefined is its `NGX_BUSY`. */
  protected abstract choose(now: number, record: boolean): Peer | undefined;

  /** Forgets what the algorithm itself remembers of earlier picks. */
  protected restart(): void {
    // Most remember nothing.
  }

  /** A candidate's figure at the moment of the pick, asked for after it. */
  protected abstract scoreOf(peer: Peer, isWinner: boolean, isOut: boolean): number | undefined;

  /** One sentence. */
  protected abstract reasonOf(winner: Peer): string;

  /** `ngx_http_upstream_get_round_robin_peer`: also where others end when they find nobody. */
  protected roundRobin(now: number): Peer | undefined {
    for (;;) {
      const { list } = this;
      if (list.single) {
        const [peer] = list.peers;
        return peer?.down === undefined && !peer?.isFull() ? peer : undefined;
      }
      const best = list.round.take(this.tried, now);
      if (best) return best;
      if (!this.toBackups()) return undefined;
    }
  }

  /** Goes over to the backups, none of them tried; false when there are none, or no more. */
  protected toBackups(): boolean {
    const { list, pool } = this;
    const { next } = list;
    if (!next) {
      pool.nobody(pool.primary);
      pool.nobody(pool.backups);
      return false;
    }
    this.#triedBefore = this.tried;
    this.list = next;
    this.tried = this.#triedOf(next, this.#beginning);
    return true;
  }

  /** Why a peer could not be picked. */
  protected whyNot(peer: Peer, now: number): Exclusion | undefined {
    if (peer.down !== undefined) return peer.down;
    if (peer.list !== this.list && peer.list === this.pool.backups) return "backup";
    if (this.tried.has(peer) || this.#triedBefore?.has(peer) === true) return "tried";
    if (!peer.list.single && peer.isFailed(now)) return "failed";
    return peer.isFull() ? "full" : undefined;
  }

  #triedOf(list: PeerList, { tried }: Beginning): Set<Peer> {
    const peers = new Set<Peer>();
    for (const id of tried) {
      const peer = this.pool.peerOf(id);
      if (peer?.list === list) peers.add(peer);
    }
    return peers;
  }

  #decision(winner: Peer | undefined, now: number): Decision {
    const { all, members, backups } = this.pool;
    const candidates = candidatesOf(
      members,
      (_, index) => {
        const peer = all[index];
        if (!peer) return {};
        const excluded = peer === winner ? undefined : this.whyNot(peer, now);
        return { excluded, score: this.scoreOf(peer, peer === winner, excluded !== undefined) };
      },
      winner?.member,
    );
    const backup = this.list === backups ? "No primary server can be picked. " : "";
    return {
      algorithm: this.#algorithm,
      score: this.score,
      candidates,
      winner: winner?.id,
      reason: winner ? backup + this.reasonOf(winner) : this.#nobody(now),
    };
  }

  #nobody(now: number): string {
    const counts = new Map<Exclusion, number>();
    for (const peer of this.pool.all) {
      const why = this.whyNot(peer, now);
      if (why) counts.set(why, (counts.get(why) ?? 0) + 1);
    }
    if (counts.size === 0) return "No instance is eligible.";
    const list = [...counts].map(([why, count]) => `${count} ${why}`).join(", ");
    return `No instance is eligible: ${list}.`;
  }
}

/**
 * nginx's `NGX_PEER_FAILED`: no answer, or an answer because of which the call goes on to the next
 * server, other than 403 and 404.
 */
function hasFailed({ outcome, status, again }: AttemptEnd): boolean {
  if (status !== undefined) return again && status !== 403 && status !== 404;
  return outcome === "unavailable" || outcome === "timeout";
}
