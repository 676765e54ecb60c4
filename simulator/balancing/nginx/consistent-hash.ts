import type { BalancerKind, Beginning, CallSubject } from "../contract.ts";
import { crc32 } from "../hashing/crc32.ts";
import { compileKey, type HashKey, whyEmpty } from "./hash-key.ts";
import type { KetamaRing } from "./ketama-ring.ts";
import { NginxBalancer } from "./nginx-balancer.ts";
import { PeerSelection } from "./peer-selection.ts";
import type { Peer } from "./peer.ts";
import type { Pool } from "./pool.ts";
import { MOST_TRIES } from "./random.ts";
import { RingKeeper } from "./ring-keeper.ts";
import { ringPicture } from "./ring-picture.ts";
import { grow } from "./round.ts";

/** The picks of nginx's `hash … consistent`, after `ngx_http_upstream_get_chash_peer`. */
class ConsistentHashSelection extends PeerSelection {
  protected readonly score = "turn in which the ring led to it, the first that can be picked wins";
  readonly #rings: RingKeeper;
  readonly #key: HashKey;
  readonly #isEmpty: boolean;
  readonly #hash: number;
  #ring: KetamaRing;
  /** The point where the next pick looks first. */
  #at: number;
  #tries = 0;
  /** Whom this pick met on the ring, kept for a record only. */
  #met: Peer[] = [];

  constructor(
    pool: Pool,
    subject: CallSubject,
    beginning: Beginning,
    key: HashKey,
    rings: RingKeeper,
  ) {
    super(pool, beginning, "consistent-hash");
    this.#rings = rings;
    const value = key.of(subject);
    this.#key = key;
    this.#isEmpty = value.length === 0;
    this.#hash = crc32(value);
    this.#ring = rings.of(pool.primary);
    this.#at = this.#ring.find(this.#hash);
  }

  protected choose(now: number, record: boolean): Peer | undefined {
    this.#met = [];
    const { list } = this;
    if (list.peers.length < 2 || this.#isEmpty || list !== this.pool.primary) {
      return this.roundRobin(now);
    }
    this.#follow();
    while (this.#tries <= MOST_TRIES && this.#ring.hashes.length > 0) {
      const servers = this.#ring.serverAt(this.#at);
      if (record) this.#met.push(...servers);
      const best = this.#among(servers, now);
      if (best) return best;
      this.#at++;
      this.#tries++;
    }
    return this.roundRobin(now);
  }

  protected override restart(): void {
    this.#tries = 0;
    this.#at = this.#ring.find(this.#hash);
  }

  protected scoreOf(peer: Peer): number | undefined {
    const turn = this.#met.indexOf(peer);
    return turn < 0 ? undefined : turn + 1;
  }

  protected reasonOf(winner: Peer): string {
    const { id, list } = winner;
    if (list.single) return `${id} is the only server.`;
    if (this.#isEmpty) return `${whyEmpty(this.#key)}, so round robin took ${id}.`;
    const [first] = this.#met;
    if (!first || !this.#met.includes(winner)) {
      return `${MOST_TRIES} points of the ring after the hash of ${this.#key.text} led to nobody; round robin took ${id}.`;
    }
    const share = ((this.#hash / 2 ** 32) * 100).toFixed(2);
    const points = `The hash of ${this.#key.text} is at ${share}% of the ring`;
    return first === winner
      ? `${points}; the next point is of ${id}.`
      : `${points}; the next point is of ${first.id}, which cannot be picked, and the first after it of one that can is of ${id}.`;
  }

  /** Servers that are written alike share their points and take turns. */
  #among(servers: readonly Peer[], now: number): Peer | undefined {
    let best: Peer | undefined;
    let total = 0;
    for (const peer of servers) {
      if (this.tried.has(peer) || !peer.isUsable(now)) continue;
      total += peer.effective;
      grow(peer);
      if (!best || peer.current > best.current) best = peer;
    }
    if (best) best.current -= total;
    return best;
  }

  /** The ring may have changed since the last pick. */
  #follow(): void {
    const ring = this.#rings.of(this.pool.primary);
    if (ring === this.#ring) return;
    this.#ring = ring;
    this.#at = ring.find(this.#hash);
  }
}

export const consistentHash: BalancerKind = {
  id: "consistent-hash",
  explanation:
    "nginx's hash … consistent, the ketama ring. Each instance has 160 points on a ring for each unit of its weight, made of its address as it is written; a key belongs to the instance of the first point at or after its CRC-32. When an instance comes or goes, only the keys next to its points move. The shares differ by some percent, because chance places the points. An instance that cannot be picked leaves its keys to those after it on the ring.",
  create(spec, deps) {
    const key = compileKey(spec.key);
    const rings = new RingKeeper();
    return new NginxBalancer(
      spec,
      deps,
      (pool, subject, beginning) =>
        new ConsistentHashSelection(pool, subject, beginning, key, rings),
      { picture: (pool) => ringPicture(pool, rings.of(pool.primary)) },
    );
  },
};
