import type { AttemptEnd, Beginning, Member, Pick, PickAsk, Selection } from "../contract.ts";
import type { EnvoyBalancer } from "./envoy-balancer.ts";
import type { Word64 } from "./word64.ts";

/** The picks of one call: they share its hash, and a retry goes elsewhere. */
export class EnvoySelection implements Selection {
  /** How often is for the rules of the retry to say. */
  readonly tries = Infinity;
  readonly #balancer: EnvoyBalancer;
  readonly #hash: Word64 | undefined;
  readonly #reuse: boolean;
  #tried: ReadonlySet<string>;
  #last: Member | undefined;

  constructor(balancer: EnvoyBalancer, hash: Word64 | undefined, beginning: Beginning) {
    this.#balancer = balancer;
    this.#hash = hash;
    this.#reuse = beginning.reuse;
    this.#tried = beginning.tried;
  }

  pick({ record, stay = false }: PickAsk): Pick {
    const same = stay && this.#last ? this.#balancer.pickAgain(this.#last, record) : undefined;
    if (same) return same;
    // Most calls have one attempt, and for that nothing need be copied.
    if (this.#last) this.#tried = new Set([...this.#tried, this.#last.id]);
    const pick = this.#balancer.pick({
      hash: this.#hash,
      tried: this.#tried,
      reuse: this.#reuse,
      record,
    });
    this.#last = pick.member ?? this.#last;
    return pick;
  }

  ended(member: Member, end: AttemptEnd): void {
    this.#balancer.ended(member, end);
  }
}
