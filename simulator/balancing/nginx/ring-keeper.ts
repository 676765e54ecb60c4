import { KetamaRing, serverText } from "./ketama-ring.ts";
import type { PeerList } from "./peer-list.ts";
import type { Peer } from "./peer.ts";

/** Keeps a ring until another server or weight needs another one: health changes none. */
export class RingKeeper {
  #ring = new KetamaRing([]);
  #peers: readonly Peer[] = [];
  #made: readonly string[] = [];

  of({ peers }: PeerList): KetamaRing {
    if (peers === this.#peers) return this.#ring;
    const made = peers.map((peer) => `${peer.id} ${peer.weight} ${serverText(peer)}`);
    const same =
      made.length === this.#made.length && made.every((each, i) => each === this.#made[i]);
    // An instance of the same name may have come back as another peer.
    if (!same || peers.some((peer, i) => peer !== this.#peers[i]))
      this.#ring = new KetamaRing(peers);
    this.#peers = peers;
    this.#made = made;
    return this.#ring;
  }
}
