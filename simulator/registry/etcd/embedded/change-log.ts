import type { Event } from "./messages.ts";

/** The events of one revision, in the order of their making. */
export interface Change {
  readonly revision: number;
  readonly events: readonly Event[];
}

/** What happened since the last compaction, for watches that start in the past. */
export class ChangeLog {
  #changes: Change[] = [];

  add(change: Change): void {
    this.#changes.push(change);
  }

  /** The changes from a revision on, oldest first. */
  from(revision: number): readonly Change[] {
    return this.#changes.slice(this.#position(revision));
  }

  /**
   * Forgets what came before `revision`; of that revision itself `survives` says what can still be
   * seen. (A deletion there is forgotten, as etcd 3.4 does.)
   */
  compact(revision: number, survives: (event: Event) => boolean): void {
    const kept = this.from(revision);
    const first = kept[0];
    if (first?.revision !== revision) {
      this.#changes = [...kept];
      return;
    }
    const events = first.events.filter(survives);
    this.#changes = events.length > 0 ? [{ revision, events }, ...kept.slice(1)] : kept.slice(1);
  }

  #position(revision: number): number {
    let low = 0;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#changes[middle]?.revision ?? Infinity) < revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
