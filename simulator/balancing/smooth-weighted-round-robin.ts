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
import { SmoothWeights } from "./smooth-weights.ts";

class SmoothWeightedRoundRobin implements Balancer {
  readonly #weights = new SmoothWeights();
  #members: readonly Member[] = [];

  update(members: readonly Member[]): void {
    this.#members = members;
    this.#weights.keep(members);
  }

  begin(_subject: CallSubject, beginning: Beginning): Selection {
    return new TriedSelection(beginning, (tried, record) => this.#pick(tried, record));
  }

  picture(): BalancerPicture {
    return weightsPicture(this.#members);
  }

  #pick(tried: ReadonlySet<string>, record: boolean): Pick {
    const among = new Eligible(this.#members, tried);
    const turn = this.#weights.grow(among.members);
    const { best, greatest, total } = turn;
    const decision = record
      ? {
          algorithm: "round-robin" as const,
          score: "current weight, highest wins",
          candidates: among.candidates((member) => this.#weights.of(member)),
          winner: best?.id,
          reason: best
            ? `${best.id} has the highest current weight, ${greatest}; it pays back ${total}.`
            : "No instance is eligible.",
        }
      : undefined;
    this.#weights.settle(turn);
    return { member: best, decision };
  }
}

export const smoothWeightedRoundRobin: BalancerKind = {
  id: "round-robin",
  explanation:
    "nginx's smooth weighted round robin. With every call each instance's current weight grows by its weight; the highest wins and pays back the sum of all. Over time each gets its share, and a heavy instance's calls are spread between the others' instead of coming in a row. It does not look at how busy anyone is: good when calls cost about the same.",
  create: () => new SmoothWeightedRoundRobin(),
};
