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

/**
 * nginx's `least_conn`: the fewest calls in flight per weight; ties are settled by smooth weighted
 * round robin among the tied ones only.
 */
class LeastConnections implements Balancer {
  #members: readonly Member[] = [];
  readonly #weights = new SmoothWeights();

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
    let tied: Member[] = [];
    for (const member of among.members) {
      // Cross-multiplied as nginx does, so that equal shares compare equal exactly.
      const first = tied[0];
      const difference = first
        ? member.load.inFlight * first.weight - first.load.inFlight * member.weight
        : -1;
      if (difference < 0) tied = [member];
      else if (difference === 0) tied.push(member);
    }
    const best = tied.length > 1 ? this.#settle(tied) : tied[0];
    if (!record) return { member: best, decision: undefined };
    const decision = {
      algorithm: "least-connections" as const,
      score: "in flight per weight, lowest wins",
      candidates: among.candidates((member) => member.load.inFlight / member.weight),
      winner: best?.id,
      reason: reasonOf(best, tied.length),
    };
    return { member: best, decision };
  }

  /** Ties go round; a member that is alone leaves the round as it is. */
  #settle(tied: readonly Member[]): Member | undefined {
    const turn = this.#weights.grow(tied);
    this.#weights.settle(turn);
    return turn.best;
  }
}

function reasonOf(best: Member | undefined, tied: number): string {
  if (!best) return "No instance is eligible.";
  const busy = `${best.load.inFlight} in flight at weight ${best.weight}`;
  return tied > 1
    ? `${best.id} is one of ${tied} with the fewest (${busy}); round robin settled the tie.`
    : `${best.id} has the fewest: ${busy}.`;
}

export const leastConnections: BalancerKind = {
  id: "least-connections",
  explanation:
    "nginx's least_conn. The instance with the fewest calls in flight, divided by its weight, gets the call; several with the same take turns by smooth weighted round robin. Slow instances get fewer calls by themselves: good when calls differ in cost. It sees only what goes through this gateway.",
  create: () => new LeastConnections(),
};
