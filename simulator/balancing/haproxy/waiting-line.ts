import type { Pick, PickAsk } from "../contract.ts";

/** An attempt that waits for a connection. */
export interface Waiter {
  /** When it came, in whole ms, as HAProxy orders them. */
  readonly since: number;
  readonly ask: PickAsk;
  /** Whether `option redispatch` lets it go elsewhere when its server goes down. */
  readonly redispatch: boolean;
  /** Takes the turn; undefined until somebody listens. */
  take: ((pick: Pick | undefined) => void) | undefined;
}

/** A queue of attempts: first in, first out, and one may leave before its turn. */
export class WaitingLine {
  readonly #waiters = new Set<Waiter>();

  get length(): number {
    return this.#waiters.size;
  }

  /** The first whose taker listens. */
  get first(): Waiter | undefined {
    for (const waiter of this.#waiters) if (waiter.take) return waiter;
    return undefined;
  }

  join(waiter: Waiter): void {
    this.#waiters.add(waiter);
  }

  /** Whether it was still there. */
  leave(waiter: Waiter): boolean {
    return this.#waiters.delete(waiter);
  }

  /** Takes those out whom `which` names, in their order. */
  takeOut(which: (waiter: Waiter) => boolean): Waiter[] {
    const out = [...this.#waiters].filter(which);
    for (const waiter of out) this.#waiters.delete(waiter);
    return out;
  }
}
