import { murmurHash2 } from "./murmur-hash2.ts";
import { Word64 } from "./word64.ts";
import { xxHash64 } from "./xxhash64.ts";

/** A host on a ring or in a table. */
export interface HashedHost {
  /** What of it is hashed, such as `127.0.0.1:8080`. */
  readonly key: string;
  readonly weight: number;
}

/** Envoy's settings of the ring. */
export interface RingSize {
  readonly minimum: number;
  readonly maximum: number;
  readonly function: "xxhash" | "murmur2";
}

/** Envoy's ring (`ring_hash_lb.cc`): each host at the hashes of `key_0`, `key_1`, …. */
export class HashRing {
  /** Points of each host. */
  readonly points: number[] = [];
  readonly #hi: Uint32Array;
  readonly #lo: Uint32Array;
  readonly #host: Uint32Array;

  constructor(hosts: readonly HashedHost[], size: RingSize) {
    const total = hosts.reduce((sum, { weight }) => sum + weight, 0);
    const least = hosts.reduce((min, { weight }) => Math.min(min, weight), Infinity) / total;
    // The lightest host gets a whole number of points; others may lack a part of one.
    const scale = Math.min(Math.ceil(least * size.minimum) / least, size.maximum);
    const hash = size.function === "murmur2" ? murmurHash2 : xxHash64;
    const word = new Word64();
    const hi: number[] = [];
    const lo: number[] = [];
    const owners: number[] = [];
    let target = 0;
    for (const [owner, { key, weight }] of hosts.entries()) {
      target += scale * (weight / total);
      let number = 0;
      for (; owners.length < target; number++) {
        hash(Buffer.from(`${key}_${String(number)}`), word);
        hi.push(word.hi);
        lo.push(word.lo);
        owners.push(owner);
      }
      this.points.push(number);
    }
    const order = sortedByHash(hi, lo);
    this.#hi = Uint32Array.from(order, (at) => hi[at] ?? 0);
    this.#lo = Uint32Array.from(order, (at) => lo[at] ?? 0);
    this.#host = Uint32Array.from(order, (at) => owners[at] ?? 0);
  }

  get size(): number {
    return this.#host.length;
  }

  /** The point of a hash: the first at it or after it, clockwise. */
  pointOf(hash: Word64): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      const hi = this.#hi[middle] ?? 0;
      const isBefore = hi < hash.hi || (hi === hash.hi && (this.#lo[middle] ?? 0) < hash.lo);
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low === this.size ? 0 : low;
  }

  /** Whose point it is; they go on from the start after the last. */
  hostAt(point: number): number {
    return this.#host[point % this.size] ?? 0;
  }

  /** The place of a point, from 0 to below 1. */
  placeOf(point: number): number {
    return ((this.#hi[point] ?? 0) * 2 ** 21 + ((this.#lo[point] ?? 0) >>> 11)) / 2 ** 53;
  }
}

/** The order of 64-bit numbers by their size: a radix sort, for a ring may have millions. */
function sortedByHash(hi: readonly number[], lo: readonly number[]): Uint32Array {
  let order = Uint32Array.from(hi, (_, i) => i);
  let target = new Uint32Array(order.length);
  for (const half of [lo, hi]) {
    for (let shift = 0; shift < 32; shift += 8) {
      const starts = new Uint32Array(257);
      for (const value of half) {
        const digit = ((value >>> shift) & 0xff) + 1;
        starts[digit] = (starts[digit] ?? 0) + 1;
      }
      for (let i = 1; i < 257; i++) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
      for (const at of order) {
        const digit = ((half[at] ?? 0) >>> shift) & 0xff;
        const place = starts[digit] ?? 0;
        target[place] = at;
        starts[digit] = place + 1;
      }
      [order, target] = [target, order];
    }
  }
  return order;
}
