import type { Balancer, Member, Selection } from "../balancing/contract.ts";
import type { BalancerPicture } from "../protocol/balancer-model.ts";
import type { Plane } from "./plane.ts";

/** An installed program as a balancer: what it picked is told when it arrives. */
export class ProgramBalancer implements Balancer {
  readonly #plane: Plane;
  readonly #retired: () => void;
  readonly #picked = new Map<string, number>();

  /** `retired`: it is no longer needed. */
  constructor(plane: Plane, retired: () => void) {
    this.#plane = plane;
    this.#retired = retired;
  }

  update(members: readonly Member[]): void {
    this.#plane.update(members);
  }

  begin(): Selection {
    const plane = this.#plane;
    return {
      // Its own retries are made within one attempt of ours.
      tries: plane.retries ? 1 : Math.max(1, plane.members.length),
      via: plane,
      pick: ({ arrived, record }) => {
        const member = arrived === undefined ? undefined : plane.member(arrived);
        if (member) this.#picked.set(member.id, (this.#picked.get(member.id) ?? 0) + 1);
        return { member, decision: record ? plane.decision(member?.id) : undefined };
      },
      ended: () => undefined,
    };
  }

  picture(): BalancerPicture {
    const { label, members } = this.#plane;
    const total = members.reduce((sum, member) => sum + shareOf(member), 0);
    const explanation = `Attempts that ${label} has sent to it. What else it knows, it does not tell.`;
    return {
      columns: [{ title: "picked", explanation }],
      rows: members.map((member) => ({
        instance: member.id,
        ideal: total > 0 ? shareOf(member) / total : 0,
        figures: [this.#picked.get(member.id) ?? 0],
      })),
      waiting: 0,
    };
  }

  retire(): void {
    this.#retired();
    void this.#plane.retire();
  }
}

function shareOf({ weight, excluded, server }: Member): number {
  return excluded === undefined && !server.backup ? weight : 0;
}
