/** What stands in an {@link OrderHeap}. */
export interface Placed {
  /** What it is ordered by. */
  key: number;
  /** Among equal keys the earliest goes first. */
  since: number;
  /** Where it stands; -1 when it does not. */
  index: number;
}

/**
 * A queue ordered by key, first in first out among equal keys, as HAProxy's trees are: the first
 * in O(1), insertion and removal of any in O(log n).
 */
export class OrderHeap<Item extends Placed> {
  readonly #items: Item[] = [];
  #count = 0;

  get size(): number {
    return this.#items.length;
  }

  get first(): Item | undefined {
    return this.#items[0];
  }

  /** Puts an item behind all others of the same key. */
  insert(item: Item, key: number): void {
    item.key = key;
    item.since = this.#count++;
    this.#items.push(item);
    this.#rise(item, this.#items.length - 1);
  }

  remove(item: Item): void {
    const { index } = item;
    item.index = -1;
    const last = this.#items.pop();
    if (last === undefined || last === item) return;
    this.#rise(last, index);
    if (last.index === index) this.#sink(last, index);
  }

  /** All items in order; each costs O(log n), and the heap must not change meanwhile. */
  *inOrder(): Generator<Item, undefined> {
    const next = new OrderHeap<Placed & { readonly of: Item }>();
    const show = (index: number) => {
      const of = this.#items[index];
      if (!of) return;
      const shown = { of, key: of.key, since: of.since, index: -1 };
      next.#items.push(shown);
      next.#rise(shown, next.#items.length - 1);
    };
    show(0);
    for (let top = next.first; top; top = next.first) {
      next.remove(top);
      yield top.of;
      show(2 * top.of.index + 1);
      show(2 * top.of.index + 2);
    }
    return undefined;
  }

  #rise(item: Item, from: number): void {
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#items[above];
      if (!parent || !isBefore(item, parent)) break;
      this.#set(parent, index);
      index = above;
    }
    this.#set(item, index);
  }

  #sink(item: Item, from: number): void {
    let index = from;
    for (;;) {
      let below = 2 * index + 1;
      let child = this.#items[below];
      if (!child) break;
      const other = this.#items[below + 1];
      if (other && isBefore(other, child)) {
        child = other;
        below++;
      }
      if (!isBefore(child, item)) break;
      this.#set(child, index);
      index = below;
    }
    this.#set(item, index);
  }

  #set(item: Item, index: number): void {
    this.#items[index] = item;
    item.index = index;
  }
}

function isBefore(a: Placed, b: Placed): boolean {
  return a.key < b.key || (a.key === b.key && a.since < b.since);
}
