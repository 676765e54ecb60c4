import type { Candidate } from "../protocol/model.ts";
import type { Member, PickRequest } from "./contract.ts";

/** The members among which a pick may choose, in their order. */
export interface Eligible {
  readonly members: readonly Member[];
  /** Everyone with the reason of their exclusion; what a decision record lists. */
  candidates(score: (member: Member) => number | undefined): Candidate[];
}

/**
 * Leaves out excluded members and, as long as anybody else is left, those that the call has tried:
 * a retry goes elsewhere when it can.
 */
export function eligible(members: readonly Member[], request: PickRequest): Eligible {
  const allowed = members.filter((member) => member.excluded === undefined);
  const fresh =
    request.tried.size === 0 ? allowed : allowed.filter((member) => !request.tried.has(member.id));
  const chosen = fresh.length > 0 ? fresh : allowed;
  return {
    members: chosen,
    candidates: (score) =>
      members.map((member) => {
        const excluded = member.excluded ?? (chosen.includes(member) ? undefined : "tried");
        const { id: instance, weight, load } = member;
        const candidate: Candidate = { instance, weight, inFlight: load.inFlight };
        if (excluded !== undefined) return { ...candidate, excluded };
        const value = score(member);
        return value === undefined ? candidate : { ...candidate, score: value };
      }),
  };
}
