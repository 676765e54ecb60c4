import type { Member } from "./contract.ts";

/** What one turn of smooth weighted round robin found. */
export interface Turn {
  readonly best: Member | undefined;
  /** The winner's current weight before it paid back; -Infinity without a winner. */
  readonly greatest: number;
  /** Sum of the weights that took part: what the winner pays back. */
  readonly total: number;
}

/**
 * nginx's smooth weighted round robin, `ngx_http_upstream_get_peer`: every member's current weight
 * grows by its weight, the strictly greatest wins (the first of equals) and pays the total back.
 * Weights 5, 1, 1 give a a b a c a a.
 */
export class SmoothWeights {
  readonly #current = new Map<string, number>();

  /** Forgets whoever is no longer a member. */
  keep(members: readonly Member[]): void {
    const known = new Set(members.map((member) => member.id));
    for (const id of this.#current.keys()) if (!known.has(id)) this.#current.delete(id);
  }

  /** Grows the current weights of `members` and names the winner; {@link settle} must follow. */
  grow(members: readonly Member[]): Turn {
    let total = 0;
    let best: Member | undefined;
    let greatest = -Infinity;
    for (const member of members) {
      const current = (this.#current.get(member.id) ?? 0) + member.weight;
      this.#current.set(member.id, current);
      total += member.weight;
      if (current > greatest) [best, greatest] = [member, current];
    }
    return { best, greatest, total };
  }

  /** The winner pays back. */
  settle({ best, greatest, total }: Turn): void {
    if (best) this.#current.set(best.id, greatest - total);
  }

  /** The current weight of a member. */
  of(member: Member): number {
    return this.#current.get(member.id) ?? 0;
  }
}
