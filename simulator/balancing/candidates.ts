import type { Candidate, Exclusion } from "../protocol/model.ts";
import type { Member } from "./contract.ts";

/** How many candidates a decision record lists at most. */
export const MOST_CANDIDATES = 100;

/** What an algorithm knows of one candidate at the moment of the pick. */
export interface Judgement {
  /** The figure that the algorithm compares; absent: it did not look at it. */
  readonly score?: number | undefined;
  /** Why it could not be picked, for a reason of the balancer or the call. */
  readonly excluded?: Exclusion | undefined;
}

/**
 * The candidates of a decision record, the first hundred at most. `judge` gives the algorithm's
 * own view; a member's own exclusion goes before it. `winner` is listed in any case.
 */
export function candidatesOf(
  members: readonly Member[],
  judge: (member: Member, index: number) => Judgement,
  winner?: Member,
): Candidate[] {
  const count = Math.min(members.length, MOST_CANDIDATES);
  const candidates: Candidate[] = [];
  const list = (member: Member, index: number): Candidate => {
    const judged = judge(member, index);
    const excluded = member.excluded ?? judged.excluded;
    const { id: instance, weight, load } = member;
    const candidate: Candidate = { instance, weight, inFlight: load.inFlight };
    // Set one by one: every call makes a hundred of these, and spreading costs twice as much.
    if (judged.score !== undefined) candidate.score = judged.score;
    if (excluded !== undefined) candidate.excluded = excluded;
    return candidate;
  };
  for (const [index, member] of members.entries()) {
    if (index >= count) break;
    candidates.push(list(member, index));
  }
  if (winner && !candidates.some(({ instance }) => instance === winner.id)) {
    candidates[count - 1] = list(winner, members.indexOf(winner));
  }
  return candidates;
}
