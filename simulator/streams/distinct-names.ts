const SMALLEST = 1024;
/** 16 MB; room for 1.4 million names. */
const LARGEST = 2 ** 21;
const FULL = 2 / 3;
const GONE = 1;

/**
 * Counts different names without keeping them: 53 bits of each, in a table of bounded size. Beyond
 * 1.4 million names it counts no further.
 */
export class DistinctNames {
  /** Open addressing; 0 is a free place. */
  #slots = new Float64Array(SMALLEST);
  #taken = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(name: string): void {
    const hash = hashOf(name);
    if (this.#slots[this.#placeOf(hash)] === hash) return;
    if (this.#taken >= this.#slots.length * FULL && !this.#grow()) return;
    this.#slots[this.#placeOf(hash)] = hash;
    this.#taken++;
    this.#size++;
  }

  delete(name: string): void {
    const hash = hashOf(name);
    const place = this.#placeOf(hash);
    if (this.#slots[place] !== hash) return;
    this.#slots[place] = GONE;
    this.#size--;
  }

  #grow(): boolean {
    const before = this.#slots;
    if (before.length >= LARGEST) return false;
    this.#slots = new Float64Array(before.length * 2);
    this.#taken = this.#size;
    for (const hash of before) if (hash > GONE) this.#slots[this.#placeOf(hash)] = hash;
    return true;
  }

  /** Where a hash is, or the free place where it would be. */
  #placeOf(hash: number): number {
    const last = this.#slots.length - 1;
    let place = hash % this.#slots.length;
    while (this.#slots[place] !== 0 && this.#slots[place] !== hash) place = (place + 1) & last;
    return place;
  }
}

/** cyrb53: 53 bits of a text, at least 2. */
function hashOf(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return Math.max(GONE + 1, 4294967296 * (2097151 & low) + (high >>> 0));
}
