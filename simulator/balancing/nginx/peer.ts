import type { Exclusion } from "../../protocol/model.ts";
import type { Member } from "../contract.ts";
import type { Lane } from "./lane.ts";
import type { PeerList } from "./peer-list.ts";

/** A time before all others, in seconds: nginx's 0, also where a clock begins at 0. */
const NEVER = -1e15;

/** A server as nginx's `ngx_http_upstream_rr_peer_t` has it; lives as long as its instance. */
export class Peer {
  readonly id: string;
  member: Member;
  /** The member's. */
  load: Member["load"];
  /** Where it belongs: the primary servers or the backups. */
  list: PeerList;
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
  lane: Lane | undefined;
  /** Its place in the lane's heap. */
  at = 0;

  constructor(member: Member, list: PeerList) {
    this.id = member.id;
    this.member = member;
    this.load = member.load;
    this.list = list;
    this.follow(member, list, 0);
    this.effective = this.weight;
  }

  /** Takes over what is configured now; its own state stays. */
  follow(member: Member, list: PeerList, index: number): void {
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
