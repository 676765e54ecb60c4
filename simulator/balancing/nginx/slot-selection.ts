import { MOST_TRIES } from "./random.ts";
import { PeerSelection } from "./peer-selection.ts";
import type { Peer } from "./peer.ts";

/** One look at a slot during a pick. */
interface Look {
  readonly slot: number;
  readonly peer: Peer;
}

/**
 * The picks of `ip_hash` and `hash`: a hash points to one of as many slots as the weights sum up
 * to, also to those of servers that are down, and is continued until somebody can be picked.
 */
export abstract class SlotSelection extends PeerSelection {
  protected readonly score = "turn in which the hash led to it, the first that can be picked wins";
  #tries = 0;
  /** Where this pick has looked, kept for a record only. */
  #looks: Look[] = [];

  /** What is hashed, for the reason; empty when nothing is and round robin decides. */
  protected abstract get subject(): string;

  /** Says why nothing is hashed. */
  protected abstract get emptiness(): string;

  /** The hash of the next look; a later pick goes on from there. */
  protected abstract nextHash(): number;

  /** The pick has ended at the last hash. */
  protected abstract found(): void;

  protected choose(now: number, record: boolean): Peer | undefined {
    this.#looks = [];
    const { list } = this;
    if (list.single || list.totalWeight === 0 || this.subject === "") {
      return this.roundRobin(now);
    }
    while (this.#tries <= MOST_TRIES) {
      const slot = this.nextHash() % list.totalWeight;
      const peer = list.peerAt(slot);
      if (peer) {
        if (record) this.#looks.push({ slot, peer });
        if (!this.tried.has(peer) && peer.isUsable(now)) {
          this.found();
          return peer;
        }
      }
      this.#tries++;
    }
    return this.roundRobin(now);
  }

  protected override restart(): void {
    this.#tries = 0;
  }

  protected scoreOf(peer: Peer): number | undefined {
    const turn = this.#looks.findIndex((look) => look.peer === peer);
    return turn < 0 ? undefined : turn + 1;
  }

  protected reasonOf(winner: Peer): string {
    const { id, list } = winner;
    if (list.single) return `${id} is the only server.`;
    if (this.subject === "") return `${this.emptiness}, so round robin took ${id}.`;
    const [first, ...rest] = this.#looks;
    const last = this.#looks.at(-1);
    const many = list.totalWeight.toLocaleString("en");
    if (!first || last?.peer !== winner) {
      return `The hash of ${this.subject} was continued ${MOST_TRIES} times and found nobody; round robin took ${id}.`;
    }
    const points = `The hash of ${this.subject} points to slot ${first.slot.toLocaleString("en")} of ${many}`;
    if (rest.length === 0) return `${points}: ${id}.`;
    const times = rest.length === 1 ? "once" : `${rest.length} times`;
    return `${points}: ${first.peer.id}, which cannot be picked; hashed again ${times} until slot ${last.slot.toLocaleString("en")}: ${id}.`;
  }
}
