import type { Exclusion } from "../../protocol/model.ts";
import type { Member } from "../contract.ts";

/** The list that a peer belongs to, as far as it concerns a peer. */
export interface PeerGroup {
  /** It is the only server of its upstream. */
  readonly single: boolean;
  readonly totalWeight: number;
  readonly round: PeerRound;
}

/** The round robin over a list, as far as it concerns one peer. */
export interface PeerRound {
  /** What the last turn's winner paid back. */
  readonly total: number;
  /** Must be called before a peer's state changes; {@link enter} afterwards. */
  leave(peer: Peer): void;
  enter(peer: Peer, now: number): void;
  /** A peer's current weight. */
  currentOf(peer: Peer): number;
}

/** Peers of one effective weight, kept together by the fast round robin. */
export interface PeerLane {
  readonly effective: number;
  /** The richest; of equals the first. */
  readonly top: Peer | undefined;
  remove(peer: Peer): void;
  /** The top has become poorer. */
  paid(peer: Peer): void;
}

/** A time before all others, in seconds: nginx's 0, also where a clock begins at 0. */
const NEVER = -1e15;

/** A server as nginx's `ngx_http_upstream_rr_peer_t` has it; lives as long as its instance. */
export class Peer {
  readonly id: string;
  member: Member;
  /** The member's. */
  load: Member["load"];
  /** Where it belongs: the primary servers or the backups. */
  list: PeerGroup;
  /** Its place in the list; the first of equals wins. */
  index = 0;
  /** nginx's `down`: why it is out, whatever its state. */
  down: Exclusion | undefined;
  weight = 0;
  /** What its weight counts now: less after failures, growing back by one a turn. */
  effective = 0;
  /** The smooth round robin's account; in a lane, less the lane's growth. */
  current = 0;
  maxFails = 0;
  /** In whole seconds, as nginx reads it. */
  failTimeout = 0;
  maxConns = 0;
  fails = 0;
  /** Second of the last failure. */
  accessed = NEVER;
  /** Second of the last failure, or of the pick that probes after `failTimeout`. */
  checked = NEVER;
  /** Where the fast round robin keeps it. */
  lane: PeerLane | undefined;
  /** Its place in the lane's heap. */
  at = 0;

  constructor(member: Member, list: PeerGroup) {
    this.id = member.id;
    this.member = member;
    this.load = member.load;
    this.list = list;
    this.follow(member, list, 0);
    this.effective = this.weight;
  }

  /** Takes over what is configured now; its own state stays. */
  follow(member: Member, list: PeerGroup, index: number): void {
    const { server, excluded } = member;
    const weight = Math.max(0, member.weight);
    // A new weight counts at once, unless failures keep it below what it was.
    const whole = this.effective === this.weight;
    this.effective = whole ? weight : Math.min(this.effective, weight);
    this.weight = weight;
    this.member = member;
    this.load = member.load;
    this.list = list;
    this.index = index;
    this.down = excluded ?? (weight === 0 ? "no-weight" : undefined);
    this.maxFails = server.maxFails;
    this.failTimeout = Math.floor(server.failTimeout / 1000);
    this.maxConns = server.maxConnections;
  }

  /** Out after `max_fails` failures, for `fail_timeout` since it was last checked. */
  isFailed(now: number): boolean {
    return (
      this.maxFails > 0 && this.fails >= this.maxFails && now - this.checked <= this.failTimeout
    );
  }

  /** At `max_conns`. */
  isFull(): boolean {
    return this.maxConns > 0 && this.load.inFlight >= this.maxConns;
  }

  /** Whether nginx's loops would look at it; `tried` is the call's business. */
  isUsable(now: number): boolean {
    return this.down === undefined && !this.isFailed(now) && !this.isFull();
  }
}
