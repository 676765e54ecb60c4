import type { Candidate } from "../protocol/model.ts";
import type { Member } from "./contract.ts";

/** Among whom a pick may choose, and why not among the others. */
export class Eligible {
  /** The members among which a pick may choose, in their order. */
  readonly members: readonly Member[];
  readonly #all: readonly Member[];
  /** Left out because the call has tried them. */
  readonly #tried: ReadonlySet<string> | undefined;

  /**
   * Leaves out excluded members and, as long as anybody else is left, those that the call has
   * tried: a retry goes elsewhere when it can.
   */
  constructor(all: readonly Member[], tried: ReadonlySet<string>) {
    this.#all = all;
    // Nearly always everyone may be picked, and then nothing is copied.
    const allowed = all.some(isExcluded) ? all.filter((member) => !isExcluded(member)) : all;
    this.members = allowed;
    if (tried.size === 0) return;
    const fresh = allowed.filter((member) => !tried.has(member.id));
    if (fresh.length === 0) return;
    this.members = fresh;
    this.#tried = tried;
  }

  /** Everyone with the reason of their exclusion; what a decision record lists. */
  candidates(score: (member: Member) => number | undefined): Candidate[] {
    return this.#all.map((member): Candidate => {
      const { id: instance, weight } = member;
      const { inFlight } = member.load;
      const excluded = member.excluded ?? (this.#tried?.has(instance) ? "tried" : undefined);
      if (excluded !== undefined) return { instance, weight, inFlight, excluded };
      const value = score(member);
      return value === undefined
        ? { instance, weight, inFlight }
        : { instance, weight, inFlight, score: value };
    });
  }
}

function isExcluded(member: Member): boolean {
  return member.excluded !== undefined;
}
