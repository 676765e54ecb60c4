import type { HaproxyServer } from "./haproxy-server.ts";
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
    const weights = Int32Array.from(among, ({ effective }) => effective);
    const scores = new Int32Array(among.length);
    const slots: HaproxyServer[] = [];
    for (let slot = 0; slot < total; slot++) {
      let best = -1;
      let most = 0;
      for (let i = 0; i < scores.length; i++) {
        const score = (scores[i] ?? 0) + (weights[i] ?? 0);
        scores[i] = score;
        // Whole parts only: among those of one part the first wins.
        const part = Math.trunc((score + total) / total);
        if (best < 0 || part > most) [best, most] = [i, part];
      }
      const server = among[best];
      if (!server) break;
      slots.push(server);
      scores[best] = (scores[best] ?? 0) - total;
    }
    return slots;
  }
}
