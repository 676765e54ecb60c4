import type { AttemptEnd, Beginning, Member, Pick, PickAsk, Selection } from "./contract.ts";

/** The picks of a call that remember only whom it has tried. */
export class TriedSelection implements Selection {
  readonly tries = Infinity;
  readonly #tried: Set<string>;
  readonly #choose: (tried: ReadonlySet<string>, record: boolean) => Pick;
  readonly #ended: ((member: Member, end: AttemptEnd) => void) | undefined;

  constructor(
    beginning: Beginning,
    choose: (tried: ReadonlySet<string>, record: boolean) => Pick,
    ended?: (member: Member, end: AttemptEnd) => void,
  ) {
    this.#tried = new Set(beginning.tried);
    this.#choose = choose;
    this.#ended = ended;
  }

  pick({ record }: PickAsk): Pick {
    const pick = this.#choose(this.#tried, record);
    if (pick.member) this.#tried.add(pick.member.id);
    return pick;
  }

  ended(member: Member, end: AttemptEnd): void {
    this.#ended?.(member, end);
  }
}
