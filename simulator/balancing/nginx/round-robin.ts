import type { BalancerKind, Beginning } from "../contract.ts";
import { LaneRound } from "./lane-round.ts";
import { NginxBalancer } from "./nginx-balancer.ts";
import { PeerSelection } from "./peer-selection.ts";
import type { Peer } from "./peer.ts";
import type { Pool } from "./pool.ts";

/** The picks of nginx's default: smooth weighted round robin. */
export class RoundRobinSelection extends PeerSelection {
  protected readonly score = "current weight, highest wins";

  constructor(pool: Pool, beginning: Beginning) {
    super(pool, beginning, "round-robin");
  }

  protected choose(now: number): Peer | undefined {
    return this.roundRobin(now);
  }

  protected scoreOf(peer: Peer, isWinner: boolean, isOut: boolean): number | undefined {
    if (isOut || peer.list.single) return undefined;
    const { round } = peer.list;
    return round.currentOf(peer) + (isWinner ? round.total : 0);
  }

  protected reasonOf(winner: Peer): string {
    const { single, round } = winner.list;
    if (single) return `${winner.id} is the only server; its failures are not counted.`;
    const greatest = round.currentOf(winner) + round.total;
    return `${winner.id} has the highest current weight, ${greatest}; it pays back ${round.total}.`;
  }
}

export const roundRobin: BalancerKind = {
  id: "round-robin",
  explanation:
    "nginx's smooth weighted round robin. With every call each instance's current weight grows by its effective weight; the highest wins and pays back the sum of all. Over time each gets its share, and a heavy instance's calls are spread between the others' instead of coming in a row. A failure lowers the effective weight, which grows back by 1 a turn; after max_fails of them an instance is left out for fail_timeout. It does not look at how busy anyone is: good when calls cost about the same.",
  create: (spec, deps) =>
    new NginxBalancer(
      spec,
      deps,
      (pool, _, beginning) => new RoundRobinSelection(pool, beginning),
      { round: () => new LaneRound() },
    ),
};
