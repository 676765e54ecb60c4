import type { Peer } from "./peer.ts";
import type { Round } from "./round.ts";

/** The primary servers or the backups of an upstream: nginx's `ngx_http_upstream_rr_peers_t`. */
export class PeerList {
  readonly round: Round;
  /** The backups, when there are any. */
  next: PeerList | undefined;
  peers: readonly Peer[] = [];
  totalWeight = 0;
  /** The only server of its upstream: its failures are not counted and it is never taken out. */
  single = false;
  /** Where each peer's slots begin. */
  #begins: readonly number[] = [];

  constructor(round: Round) {
    this.round = round;
  }

  become(peers: readonly Peer[], of: { next?: PeerList; single: boolean }, now: number): void {
    const begins: number[] = [];
    let total = 0;
    for (const peer of peers) {
      begins.push(total);
      total += peer.weight;
    }
    this.peers = peers;
    this.next = of.next;
    this.single = of.single;
    this.totalWeight = total;
    this.#begins = begins;
    this.round.begin(peers, now);
  }

  /** Who has slot `slot`, from 0 to below `totalWeight`: as many slots each as its weight. */
  peerAt(slot: number): Peer | undefined {
    let low = 0;
    let high = this.peers.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (slot < (this.#begins[middle] ?? 0)) high = middle;
      else low = middle;
    }
    return this.peers[low];
  }
}
