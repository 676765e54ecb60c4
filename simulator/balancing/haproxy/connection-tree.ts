import type { Random } from "../../kernel/random.ts";
import type { HaproxyServer } from "./haproxy-server.ts";
import { OrderHeap, type Placed } from "./order-heap.ts";

/** The largest effective weight: what the sorting key is scaled by. */
const LARGEST_WEIGHT = 4096;

interface Entry extends Placed {
  readonly server: HaproxyServer;
  list: OrderHeap<Entry> | undefined;
}

/**
 * The servers of one group in HAProxy's `leastconn` (`fwlc`), by their connections for their
 * weight. Up to 3.1 equal ones are one queue; since 3.2 they are spread over four by chance.
 */
export class ConnectionTree {
  readonly #random: Random;
  readonly #lists: readonly OrderHeap<Entry>[];
  readonly #entries = new Map<HaproxyServer, Entry>();

  constructor(random: Random, lists: 1 | 4) {
    this.#random = random;
    this.#lists = Array.from({ length: lists }, () => new OrderHeap<Entry>());
  }

  add(server: HaproxyServer): void {
    let entry = this.#entries.get(server);
    if (!entry) {
      entry = { server, list: undefined, key: 0, since: 0, index: -1 };
      this.#entries.set(server, entry);
    }
    this.#put(entry, keyOf(server));
  }

  remove(server: HaproxyServer): void {
    const entry = this.#entries.get(server);
    if (!entry?.list) return;
    entry.list.remove(entry);
    entry.list = undefined;
  }

  /** Its connections changed; behind its equals if its key did. */
  reposition(server: HaproxyServer): void {
    const entry = this.#entries.get(server);
    const key = keyOf(server);
    if (!entry?.list || entry.key === key) return;
    entry.list.remove(entry);
    this.#put(entry, key);
  }

  /** Servers in the order in which they are looked at. */
  *inOrder(): Generator<HaproxyServer, undefined> {
    const [only, ...others] = this.#lists;
    if (only && others.length === 0) {
      const { first } = only;
      if (first) yield first.server;
      let isFirst = true;
      for (const { server } of only.inOrder()) {
        if (!isFirst) yield server;
        isFirst = false;
      }
      return undefined;
    }
    yield* this.#levels();
    return undefined;
  }

  /** Of those with equal keys, the first of each list, from a list that chance names. */
  *#levels(): Generator<HaproxyServer, undefined> {
    const walks = this.#lists.map((list) => {
      const items = list.inOrder();
      return { items, head: items.next().value };
    });
    for (;;) {
      const key = Math.min(...walks.map(({ head }) => head?.key ?? Infinity));
      if (key === Infinity) return undefined;
      const from = this.#draw();
      for (let i = 0; i < walks.length; i++) {
        const walk = walks[(from + i) % walks.length];
        if (walk?.head?.key === key) yield walk.head.server;
      }
      for (const walk of walks) {
        while (walk.head?.key === key) walk.head = walk.items.next().value;
      }
    }
  }

  #put(entry: Entry, key: number): void {
    const list = this.#lists[this.#lists.length > 1 ? this.#draw() : 0];
    entry.list = list;
    list?.insert(entry, key);
  }

  #draw(): number {
    return Math.floor(this.#random.next() * this.#lists.length);
  }
}

/** Connections for the weight, the one to come included; idle servers come before all others. */
export function keyOf(server: HaproxyServer): number {
  const inFlight = server.served + server.waiting.length;
  if (inFlight === 0) return 0;
  return Math.floor(((inFlight + 1) * LARGEST_WEIGHT) / Math.max(1, server.effective));
}
