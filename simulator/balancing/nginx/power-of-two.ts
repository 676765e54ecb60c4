import type { Random } from "../../kernel/random.ts";
import type { BalancerKind, Beginning } from "../contract.ts";
import { NginxBalancer } from "./nginx-balancer.ts";
import type { Peer } from "./peer.ts";
import type { Pool } from "./pool.ts";
import { MOST_TRIES, RandomSelection } from "./random.ts";

/** The picks of nginx's `random two least_conn`, after `ngx_http_upstream_get_random2_peer`. */
class PowerOfTwoSelection extends RandomSelection {
  protected override readonly score = "in flight per weight of the two drawn, lower wins";
  #two: readonly [Peer, Peer] | undefined;

  constructor(pool: Pool, beginning: Beginning, random: Random) {
    super(pool, beginning, random, "power-of-two");
  }

  protected override draw(now: number): Peer | undefined {
    this.#two = undefined;
    const first = super.draw(now);
    const second = first && super.draw(now, first);
    if (!first || !second) return undefined;
    this.#two = [first, second];
    const [a, b] = [first.load.inFlight, second.load.inFlight];
    return b * first.weight > a * second.weight ? first : second;
  }

  protected override scoreOf(peer: Peer): number | undefined {
    const looked = this.#two?.includes(peer) === true;
    return looked ? peer.load.inFlight / peer.weight : undefined;
  }

  protected override reasonOf(winner: Peer): string {
    const { id, list } = winner;
    if (list.single) return `${id} is the only server.`;
    if (!this.#two?.includes(winner)) {
      return `More than ${MOST_TRIES} draws found no two; round robin took ${id}.`;
    }
    const [first, second] = this.#two;
    const other = winner === first ? second : first;
    const [own, others] = [winner, other].map(
      ({ load, weight }) => `${load.inFlight} in flight at weight ${weight}`,
    );
    return `Drew ${first.id} and ${second.id}; ${id} has ${own ?? ""}, ${other.id} has ${others ?? ""}.`;
  }
}

export const powerOfTwo: BalancerKind = {
  id: "power-of-two",
  explanation:
    "nginx's random two least_conn. Two different instances are drawn by chance, the heavier the likelier, and the less busy of them gets the call. Nearly as even as looking at everyone, but it needs no common view: many gateways that each know only their own calls do not all run to the same idle instance.",
  create: (spec, deps) =>
    new NginxBalancer(
      spec,
      deps,
      (pool, _, beginning) => new PowerOfTwoSelection(pool, beginning, deps.random),
    ),
};
