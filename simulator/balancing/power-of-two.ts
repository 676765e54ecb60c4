import type { Random } from "../kernel/random.ts";
import type {
  Balancer,
  BalancerKind,
  Beginning,
  CallSubject,
  Member,
  Pick,
  Selection,
} from "./contract.ts";
import { Eligible } from "./eligible.ts";
import { TriedSelection } from "./tried-selection.ts";
import { weightsPicture } from "./weights-picture.ts";
import type { BalancerPicture } from "../protocol/balancer-model.ts";

/**
 * nginx's `random two least_conn`: two different members by weighted chance; the one with fewer
 * calls in flight per weight wins, the second one on a tie.
 */
class PowerOfTwo implements Balancer {
  readonly #random: Random;
  #members: readonly Member[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  update(members: readonly Member[]): void {
    this.#members = members;
  }

  begin(_subject: CallSubject, beginning: Beginning): Selection {
    return new TriedSelection(beginning, (tried, record) => this.#pick(tried, record));
  }

  picture(): BalancerPicture {
    return weightsPicture(this.#members);
  }

  #pick(tried: ReadonlySet<string>, record: boolean): Pick {
    const among = new Eligible(this.#members, tried);
    const first = this.#draw(among.members, undefined);
    const second = first && this.#draw(among.members, first);
    const best =
      first && second
        ? first.load.inFlight * second.weight < second.load.inFlight * first.weight
          ? first
          : second
        : first;
    if (!record) return { member: best, decision: undefined };
    const decision = {
      algorithm: "power-of-two" as const,
      score: "in flight per weight of the two drawn, lower wins",
      candidates: among.candidates((member) =>
        member === first || member === second ? member.load.inFlight / member.weight : undefined,
      ),
      winner: best?.id,
      reason: reasonOf(best, first, second),
    };
    return { member: best, decision };
  }

  /** One member by weighted chance, never `other`. */
  #draw(members: readonly Member[], other: Member | undefined): Member | undefined {
    let total = 0;
    for (const member of members) if (member !== other) total += member.weight;
    let rest = this.#random.next() * total;
    for (const member of members) {
      if (member === other) continue;
      rest -= member.weight;
      if (rest < 0) return member;
    }
    return undefined;
  }
}

function reasonOf(best?: Member, first?: Member, second?: Member): string {
  if (!best || !first) return "No instance is eligible.";
  if (!second) return `${best.id} is the only one eligible.`;
  const other = best === first ? second : first;
  return `Drew ${first.id} and ${second.id}; ${best.id} has ${best.load.inFlight} in flight, ${other.id} has ${other.load.inFlight}.`;
}

export const powerOfTwo: BalancerKind = {
  id: "power-of-two",
  explanation:
    "nginx's random two least_conn. Two different instances are drawn by chance, the heavier the likelier, and the less busy of them gets the call. Nearly as even as looking at everyone, but it needs no common view: many gateways that each know only their own calls do not all run to the same idle instance.",
  create: (_spec, { random }) => new PowerOfTwo(random),
};
