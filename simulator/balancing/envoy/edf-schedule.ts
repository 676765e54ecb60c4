/** One entry: whose turn it is, at the latest when. */
interface Turn {
  readonly item: number;
  readonly deadline: number;
  /** Among equal deadlines the one that was put in first. */
  readonly order: number;
}

/** Added to weights so that rounding does not make equal deadlines unequal; Envoy's figure. */
const EPSILON = 1e-13;

/**
 * Envoy's earliest-deadline-first scheduler: weighted round robin with weights that may change
 * from turn to turn. Whoever has the earliest deadline is next, and comes back 1 / weight later.
 * Items are numbers from 0. A turn costs the logarithm of their number.
 */
export class EdfSchedule {
  readonly #heap: Turn[] = [];
  #now = 0;
  #order = 0;

  /** A schedule of items 0 to `count` − 1 after so many turns (`createWithPicks`). */
  static after(turns: number, count: number, weightOf: (item: number) => number): EdfSchedule {
    const schedule = new EdfSchedule();
    const weights = Array.from({ length: count }, (_, item) => weightOf(item) + EPSILON);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let made = 0;
    for (const [item, weight] of weights.entries()) {
      let turnsOfItem = Math.floor((weight * turns) / total);
      if (turnsOfItem > 0 && turnsOfItem / weight >= turns / total) turnsOfItem--;
      made += turnsOfItem;
      schedule.#now = Math.max(schedule.#now, turnsOfItem / weight);
      schedule.#push({ item, deadline: (turnsOfItem + 1) / weight, order: schedule.#order++ });
    }
    for (; made < turns; made++) schedule.next(weightOf);
    return schedule;
  }

  /** Whose turn it is; it is put in again with the weight that it has now. */
  next(weightOf: (item: number) => number): number {
    const first = this.#heap[0];
    if (!first) throw new RangeError("The schedule is empty.");
    this.#now = first.deadline;
    const { item } = first;
    const again = { item, deadline: this.#now + 1 / weightOf(item), order: this.#order++ };
    this.#heap[0] = again;
    this.#sink(0);
    return item;
  }

  /** The deadlines by item. */
  deadlines(): number[] {
    const deadlines: number[] = [];
    for (const { item, deadline } of this.#heap) deadlines[item] = deadline;
    return deadlines;
  }

  #push(turn: Turn): void {
    let at = this.#heap.length;
    this.#heap.push(turn);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = this.#heap[above];
      if (!parent || !isBefore(turn, parent)) break;
      this.#heap[at] = parent;
      at = above;
    }
    this.#heap[at] = turn;
  }

  #sink(from: number): void {
    const heap = this.#heap;
    const turn = heap[from];
    if (!turn) return;
    let at = from;
    for (;;) {
      let below = 2 * at + 1;
      let child = heap[below];
      if (!child) break;
      const other = heap[below + 1];
      if (other && isBefore(other, child)) {
        child = other;
        below++;
      }
      if (!isBefore(child, turn)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = turn;
  }
}

function isBefore(a: Turn, b: Turn): boolean {
  return a.deadline < b.deadline || (a.deadline === b.deadline && a.order < b.order);
}
