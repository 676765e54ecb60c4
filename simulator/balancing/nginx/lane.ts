import type { Peer, PeerLane } from "./peer.ts";

/**
 * Peers of the same effective weight. All of their accounts grow by it every turn, so their order
 * never changes but for the one that pays: a heap keeps the richest, of equals the first, on top.
 */
export class Lane implements PeerLane {
  readonly effective: number;
  readonly #heap: Peer[] = [];

  constructor(effective: number) {
    this.effective = effective;
  }

  get top(): Peer | undefined {
    return this.#heap[0];
  }

  add(peer: Peer): void {
    peer.lane = this;
    this.#heap.push(peer);
    this.#rise(peer, this.#heap.length - 1);
  }

  remove(peer: Peer): void {
    const { at } = peer;
    peer.lane = undefined;
    const last = this.#heap.pop();
    if (!last || last === peer) return;
    this.#rise(last, at);
    this.#sink(last, last.at);
  }

  paid(peer: Peer): void {
    this.#sink(peer, 0);
  }

  #rise(peer: Peer, from: number): void {
    const heap = this.#heap;
    let at = from;
    while (at > 0) {
      const above = (at - 1) >>> 1;
      const parent = heap[above];
      if (!parent || !isBefore(peer, parent)) break;
      heap[at] = parent;
      parent.at = at;
      at = above;
    }
    heap[at] = peer;
    peer.at = at;
  }

  #sink(peer: Peer, from: number): void {
    const heap = this.#heap;
    let at = from;
    for (;;) {
      const left = 2 * at + 1;
      let below = left;
      let child = heap[left];
      if (!child) break;
      const right = heap[left + 1];
      if (right && isBefore(right, child)) [below, child] = [left + 1, right];
      if (!isBefore(child, peer)) break;
      heap[at] = child;
      child.at = at;
      at = below;
    }
    heap[at] = peer;
    peer.at = at;
  }
}

/** Whether `a` wins against `b`. */
function isBefore(a: Peer, b: Peer): boolean {
  return a.current > b.current || (a.current === b.current && a.index < b.index);
}
