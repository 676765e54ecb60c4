import type { HaproxyServer } from "./haproxy-server.ts";
import { OrderHeap, type Placed } from "./order-heap.ts";
import type { ServerGroups } from "./server-groups.ts";

/**
 * HAProxy's map: as many slots as the weights sum up to, dealt out so that each server's slots lie
 * evenly. Made anew at the first use after a change.
 */
export class SlotMap {
  readonly #groups: ServerGroups;
  #slots: HaproxyServer[] | undefined;

  constructor(groups: ServerGroups) {
    this.#groups = groups;
  }

  /** The slots, in their order. */
  get slots(): readonly HaproxyServer[] {
    return (this.#slots ??= this.#deal());
  }

  /** A server came, went or has another weight. */
  changed(): void {
    this.#slots = undefined;
  }

  #deal(): HaproxyServer[] {
    const { weight: total, active, servers } = this.#groups;
    const backup = active === 0;
    const among = servers.filter((each) => each.usable && each.isBackup === backup);
    const [only] = among;
    // A single slot is the first server's: the division below would not tell them apart.
    if (total === 1 && only) return [only];
    return dealSlots(among, total);
  }
}

interface Hand extends Placed {
  readonly server: HaproxyServer;
  readonly order: number;
  /** Whole times that its score holds the total, plus one; 0 and less: below zero. */
  level: number;
  /** Slots and levels that it has had; a slot costs a level, so only time makes it more. */
  risen: number;
}

/**
 * HAProxy deals by scores: with each slot every server's score grows by its weight; the first of
 * those whose score holds the total most often gets the slot and pays the total. How often a
 * score holds it changes seldom, and when is known before: so not all are looked at for each slot.
 */
function dealSlots(servers: readonly HaproxyServer[], total: number): HaproxyServer[] {
  const rises: (Hand[] | undefined)[] = [];
  const levels: OrderHeap<Hand>[] = [];
  const levelOf = (level: number) => (levels[level] ??= new OrderHeap());
  const plan = (hand: Hand, slot: number) => {
    // It rises when slot × weight reaches the next multiple of the total.
    const at = Math.max(slot, Math.ceil((hand.risen * total) / hand.server.effective));
    if (at <= total) (rises[at] ??= []).push(hand);
  };
  servers.forEach((server, order) => {
    const hand = { server, order, level: 1, risen: 1, key: 0, since: 0, index: -1 };
    levelOf(1).insert(hand, order);
    plan(hand, 1);
  });
  const slots: HaproxyServer[] = [];
  for (let slot = 1; slot <= total; slot++) {
    for (const hand of rises[slot] ?? []) {
      if (hand.index >= 0) levelOf(hand.level).remove(hand);
      hand.level++;
      hand.risen++;
      if (hand.level > 0) levelOf(hand.level).insert(hand, hand.order);
      plan(hand, slot);
    }
    while (levels.length > 0 && levels.at(-1)?.size === 0) levels.pop();
    const winner = levels.at(-1)?.first;
    if (!winner) break;
    slots.push(winner.server);
    levelOf(winner.level).remove(winner);
    winner.level--;
    if (winner.level > 0) levelOf(winner.level).insert(winner, winner.order);
  }
  return slots;
}
