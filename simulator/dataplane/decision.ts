import type { Member } from "../balancing/contract.ts";
import type { Decision } from "../protocol/model.ts";
import type { BalancerId } from "../protocol/spec.ts";

/** The candidates that a decision lists at most. */
const MOST_CANDIDATES = 100;

/** Who picked, and among whom. */
interface Picker {
  readonly label: string;
  readonly algorithm: BalancerId;
  readonly members: readonly Member[];
}

/** The record of a program's pick, which does not tell its scores. */
export function decisionOf(
  { label, algorithm, members }: Picker,
  instance: string | undefined,
  logged: string | undefined,
): Decision {
  const candidates = members.slice(0, MOST_CANDIDATES).map((member) => ({
    instance: member.id,
    weight: member.weight,
    inFlight: member.load.inFlight,
    ...(member.excluded && { excluded: member.excluded }),
  }));
  const said = logged === undefined ? "" : ` (its log: ${logged})`;
  const base = { algorithm, score: `not told by ${label}`, candidates };
  return instance === undefined
    ? { ...base, reason: `${label} does not say whom it picked${said}.` }
    : { ...base, winner: instance, reason: `${label} picked ${instance}${said}.` };
}
