import type { HashedHost } from "./hash-ring.ts";
import { Word64 } from "./word64.ts";
import { xxHash64 } from "./xxhash64.ts";

interface Entry {
  readonly host: number;
  readonly weight: number;
  readonly skip: number;
  /** The slot that it wants next. */
  slot: number;
  /** Its turn comes when round × weight has reached this. */
  target: number;
}

/**
 * Envoy's Maglev table (`maglev_lb.cc`, after Google's paper): hosts take turns at taking the next
 * free slot of their own permutation; a lighter host sits rounds out.
 */
export class MaglevTable {
  /** The host of each slot. */
  readonly slots: Uint32Array;

  /** `size` is a prime number. */
  constructor(hosts: readonly HashedHost[], size: number) {
    this.slots = new Uint32Array(size);
    const taken = new Uint8Array(size);
    const total = hosts.reduce((sum, { weight }) => sum + weight, 0);
    const heaviest = hosts.reduce((max, { weight }) => Math.max(max, weight), 0) / total;
    const entries = entriesOf(hosts, total, size);
    let filled = 0;
    for (let round = 1; filled < size; round++) {
      for (const entry of entries) {
        if (filled === size) break;
        if (round * entry.weight < entry.target) continue;
        entry.target += heaviest;
        while (taken[entry.slot] === 1) entry.slot = (entry.slot + entry.skip) % size;
        taken[entry.slot] = 1;
        this.slots[entry.slot] = entry.host;
        filled++;
      }
    }
  }

  /** The slot of a hash; `attempt` 1, 2, … gives those of altered hashes, for retries. */
  slotOf(hash: Word64, attempt: number): number {
    if (attempt === 0) return hash.modulo(this.slots.length);
    return new Word64().set(~hash.hi, hash.lo ^ -attempt).modulo(this.slots.length);
  }
}

/** In the order of the keys, so that the order of the hosts does not matter. */
function entriesOf(hosts: readonly HashedHost[], total: number, size: number): Entry[] {
  const order = Array.from(hosts.keys());
  const keys = hosts.map(({ key }) => Buffer.from(key));
  const empty = Buffer.alloc(0);
  order.sort((a, b) => Buffer.compare(keys[a] ?? empty, keys[b] ?? empty));
  const word = new Word64();
  return order.map((host) => {
    const key = keys[host] ?? empty;
    return {
      host,
      weight: (hosts[host]?.weight ?? 0) / total,
      slot: xxHash64(key, word).modulo(size),
      skip: xxHash64(key, word, 1).modulo(size - 1) + 1,
      target: 0,
    };
  });
}
