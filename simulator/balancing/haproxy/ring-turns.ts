import type { HaproxyServer } from "./haproxy-server.ts";
import type { HashRing } from "./hash-ring.ts";

/** Round robin over the points of the rings: where calls without a key go. */
export class RingTurns {
  #last: { readonly ring: HashRing; readonly index: number } | undefined;

  /** Changes how many points a server has; the place in the round stays before the same point. */
  resize(ring: HashRing, server: HaproxyServer, before: number, count: number): void {
    const last = this.#last?.ring === ring ? this.#last.index : undefined;
    const at = last === undefined ? undefined : pointAt(ring, last);
    ring.resize(server, before, count);
    if (!at) return;
    const index = at.owner ? ring.indexOf(at.key, at.owner) : -1;
    if (index >= 0) this.#last = { ring, index };
    // The point is gone: the next one takes its place.
    else this.#last = ring.size === 0 ? undefined : { ring, index: ring.following(at.key) };
  }

  /** The next point's server that has room; `avoid` only if there is no other. */
  next(
    ring: HashRing,
    hasRoom: (server: HaproxyServer) => boolean,
    avoid: HaproxyServer | undefined,
  ): HaproxyServer | undefined {
    let place = this.#last;
    let stop = place;
    let avoided: typeof place;
    if (ring.size === 0) return undefined;
    do {
      // As HAProxy does, the walk ends on the ring where it stands before it goes to the other.
      const next: { ring: HashRing; index: number } =
        place && place.index + 1 < place.ring.size
          ? { ring: place.ring, index: place.index + 1 }
          : { ring, index: 0 };
      place = next;
      this.#last = next;
      // A walk that began on the other ring never comes back to its beginning.
      if (!stop || (stop.ring !== ring && next.ring === ring)) stop = next;
      const server = next.ring.ownerAt(next.index);
      if (server && hasRoom(server)) {
        if (server !== avoid) return server;
        avoided = next;
      }
    } while (place.ring !== stop.ring || place.index !== stop.index);
    this.#last = avoided;
    return avoided && avoid;
  }
}

function pointAt(ring: HashRing, index: number) {
  return { key: ring.keyAt(index), owner: ring.ownerAt(index) };
}
