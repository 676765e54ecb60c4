import type { Peer, PeerRound } from "./peer.ts";

/** The smooth weighted round robin over one list of peers. */
export interface Round extends PeerRound {
  /** These peers from now on; each keeps its account. */
  begin(peers: readonly Peer[], now: number): void;
  /** One turn, without those in `tried`; undefined when nobody can take part. */
  take(tried: ReadonlySet<Peer>, now: number): Peer | undefined;
}

/** The turn as `ngx_http_upstream_get_peer` takes it: over everybody, one after the other. */
export class PlainRound implements Round {
  total = 0;
  #peers: readonly Peer[] = [];

  begin(peers: readonly Peer[]): void {
    this.#peers = peers;
  }

  take(tried: ReadonlySet<Peer>, now: number): Peer | undefined {
    let best: Peer | undefined;
    let total = 0;
    for (const peer of this.#peers) {
      if (tried.has(peer) || !peer.isUsable(now)) continue;
      total += peer.effective;
      grow(peer);
      if (!best || peer.current > best.current) best = peer;
    }
    this.total = total;
    if (best) best.current -= total;
    return best;
  }

  leave(): void {
    // Nothing is kept besides the peers themselves.
  }

  enter(): void {
    // As above.
  }

  currentOf(peer: Peer): number {
    return peer.current;
  }
}

/** A peer's part in a turn: its account grows, and its effective weight back to its weight. */
export function grow(peer: Peer): void {
  peer.current += peer.effective;
  if (peer.effective < peer.weight) peer.effective++;
}
