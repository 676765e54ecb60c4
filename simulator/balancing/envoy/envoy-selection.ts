import type { AttemptEnd, Beginning, Member, Pick, PickAsk, Selection } from "../contract.ts";
import type { Word64 } from "./word64.ts";

/** What one call wants of a pick. */
export interface EnvoyAsk {
  readonly hash: Word64 | undefined;
  readonly tried: ReadonlySet<string>;
  /** Whether somebody who was tried may be picked when nobody else is left. */
  readonly reuse: boolean;
  readonly record: boolean;
}

/** Where the picks of calls come from. */
export interface EnvoyPicks {
  pick(ask: EnvoyAsk): Pick;
  /** The same member once more, if it may be picked: a retry that is to stay where it was. */
  pickAgain(member: Member, record: boolean): Pick | undefined;
  ended(member: Member, end: AttemptEnd): void;
}

/** The picks of one call: they share its hash, and a retry goes elsewhere. */
export class EnvoySelection implements Selection {
  /** How often is for the rules of the retry to say. */
  readonly tries = Infinity;
  readonly #balancer: EnvoyPicks;
  readonly #hash: Word64 | undefined;
  readonly #reuse: boolean;
  #tried: ReadonlySet<string>;
  #last: Member | undefined;

  constructor(balancer: EnvoyPicks, hash: Word64 | undefined, beginning: Beginning) {
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
