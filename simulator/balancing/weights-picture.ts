import type { BalancerPicture } from "../protocol/balancer-model.ts";
import type { Member } from "./contract.ts";

/** The picture of a balancer whose ideal shares are those of the weights. */
export function weightsPicture(members: readonly Member[]): BalancerPicture {
  let total = 0;
  for (const member of members) if (!member.excluded) total += member.weight;
  return {
    columns: [],
    rows: members.map(({ id, weight, excluded }) => ({
      instance: id,
      ideal: excluded || total === 0 ? 0 : weight / total,
      figures: [],
    })),
    waiting: 0,
  };
}
