import type { BalancerKind, Beginning } from "../contract.ts";
import { NginxBalancer } from "./nginx-balancer.ts";
import { PeerSelection } from "./peer-selection.ts";
import type { Peer } from "./peer.ts";
import type { Pool } from "./pool.ts";
import { grow } from "./round.ts";

/** The picks of nginx's `least_conn`, after `ngx_http_upstream_get_least_conn_peer`. */
class LeastConnectionsSelection extends PeerSelection {
  protected readonly score = "in flight per weight, lowest wins";
  #tied = 0;

  constructor(pool: Pool, beginning: Beginning) {
    super(pool, beginning, "least-connections");
  }

  protected choose(now: number): Peer | undefined {
    if (this.list.single) return this.roundRobin(now);
    for (;;) {
      const best = this.#least(now);
      if (best || !this.toBackups()) return best;
    }
  }

  protected scoreOf(peer: Peer, _: boolean, isOut: boolean): number | undefined {
    return isOut ? undefined : perWeight(peer);
  }

  protected reasonOf(winner: Peer): string {
    const { id, weight, list, load } = winner;
    if (list.single) return `${id} is the only server; its failures are not counted.`;
    const busy = `${load.inFlight} in flight at weight ${weight}`;
    return this.#tied > 1
      ? `${id} is one of ${this.#tied} with the fewest (${busy}); round robin settled the tie.`
      : `${id} has the fewest: ${busy}.`;
  }

  #least(now: number): Peer | undefined {
    const { tried, list } = this;
    let best: Peer | undefined;
    let from = 0;
    let tied = 0;
    let i = -1;
    for (const peer of list.peers) {
      i++;
      if ((tried.size > 0 && tried.has(peer)) || !peer.isUsable(now)) continue;
      const difference = best ? compare(peer, best) : -1;
      if (difference > 0) continue;
      if (difference === 0) {
        tied++;
        continue;
      }
      best = peer;
      from = i;
      tied = 1;
    }
    this.#tied = tied;
    return best && tied > 1 ? this.#settle(best, from, now) : best;
  }

  /** Ties go round, from the first of them on; who is alone leaves the round as it is. */
  #settle(first: Peer, from: number, now: number): Peer {
    let best = first;
    let total = 0;
    const { peers } = this.list;
    for (let i = from; i < peers.length; i++) {
      const peer = peers[i];
      if (!peer || compare(peer, first) !== 0) continue;
      if (this.tried.has(peer) || !peer.isUsable(now)) continue;
      total += peer.effective;
      grow(peer);
      if (peer.current > best.current) best = peer;
    }
    best.current -= total;
    return best;
  }
}

/** Cross-multiplied as nginx does, so that equal shares compare equal exactly. */
function compare(a: Peer, b: Peer): number {
  return a.load.inFlight * b.weight - b.load.inFlight * a.weight;
}

function perWeight({ load, weight }: Peer): number {
  return load.inFlight / weight;
}

export const leastConnections: BalancerKind = {
  id: "least-connections",
  explanation:
    "nginx's least_conn. The instance with the fewest calls in flight, divided by its weight, gets the call; several with the same take turns by smooth weighted round robin. Slow instances get fewer calls by themselves: good when calls differ in cost. It sees only what goes through this gateway.",
  create: (spec, deps) =>
    new NginxBalancer(
      spec,
      deps,
      (pool, _, beginning) => new LeastConnectionsSelection(pool, beginning),
    ),
};
