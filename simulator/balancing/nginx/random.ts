import type { Random } from "../../kernel/random.ts";
import type { BalancerId } from "../../protocol/spec.ts";
import type { BalancerKind, Beginning } from "../contract.ts";
import { NginxBalancer } from "./nginx-balancer.ts";
import { PeerSelection } from "./peer-selection.ts";
import type { Peer } from "./peer.ts";
import type { Pool } from "./pool.ts";

/** Draws in vain after which nginx's algorithms that look for one server go round instead. */
export const MOST_TRIES = 20;

/** The picks of nginx's `random`, after `ngx_http_upstream_get_random_peer`. */
export class RandomSelection extends PeerSelection {
  protected readonly score: string =
    "turn in which it was drawn, the first that can be picked wins";
  readonly #random: Random;
  #tries = 0;
  /** Whom this pick has drawn, in their order. */
  #drawn: Peer[] = [];

  constructor(pool: Pool, beginning: Beginning, random: Random, algorithm: BalancerId = "random") {
    super(pool, beginning, algorithm);
    this.#random = random;
  }

  protected get drawn(): readonly Peer[] {
    return this.#drawn;
  }

  protected choose(now: number): Peer | undefined {
    this.#drawn = [];
    if (this.list.peers.length < 2) return this.roundRobin(now);
    const peer = this.draw(now);
    return peer ?? this.roundRobin(now);
  }

  /** Draws until somebody can be picked, other than `but`; undefined when that takes too long. */
  protected draw(now: number, but?: Peer): Peer | undefined {
    while (this.#tries <= MOST_TRIES) {
      const slot = Math.floor(this.#random.next() * this.list.totalWeight);
      const peer = this.list.peerAt(slot);
      if (peer && peer !== but) {
        this.#drawn.push(peer);
        if (!this.tried.has(peer) && peer.isUsable(now)) return peer;
      }
      this.#tries++;
    }
    return undefined;
  }

  protected override restart(): void {
    this.#tries = 0;
  }

  protected scoreOf(peer: Peer): number | undefined {
    const turn = this.#drawn.indexOf(peer);
    return turn < 0 ? undefined : turn + 1;
  }

  protected reasonOf(winner: Peer): string {
    if (this.list.single) return `${winner.id} is the only server.`;
    const before = this.#drawn.filter((peer) => peer !== winner);
    if (!this.#drawn.includes(winner)) {
      return `More than ${MOST_TRIES} draws found nobody; round robin took ${winner.id}.`;
    }
    const chance = `its chance is ${winner.weight} of ${this.list.totalWeight}`;
    if (before.length === 0) return `Drew ${winner.id}; ${chance}.`;
    const names = [...new Set(before.map(({ id }) => id))].join(", ");
    return `Drew ${names}, which cannot be picked, then ${winner.id}; ${chance}.`;
  }
}

export const random: BalancerKind = {
  id: "random",
  explanation:
    "nginx's random. Every call draws an instance by chance, the heavier the likelier, and draws again when that one cannot be picked; after 20 draws in vain round robin takes over. It needs no memory, so many gateways that do not know of each other still spread their calls; with few calls the shares are uneven.",
  create: (spec, deps) =>
    new NginxBalancer(
      spec,
      deps,
      (pool, _, beginning) => new RandomSelection(pool, beginning, deps.random),
    ),
};
