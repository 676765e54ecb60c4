/**
 * An unsigned 64-bit number that is changed in place, as two halves: a BigInt for each step would
 * make a hash ten times slower, and there are thousands of them in a ring.
 */
export class Word64 {
  /** The halves, unsigned. */
  hi = 0;
  lo = 0;

  constructor(hi = 0, lo = 0) {
    this.hi = hi;
    this.lo = lo;
  }

  set(hi: number, lo: number): this {
    this.hi = hi >>> 0;
    this.lo = lo >>> 0;
    return this;
  }

  copy(other: Word64): this {
    this.hi = other.hi;
    this.lo = other.lo;
    return this;
  }

  add(other: Word64): this {
    const lo = this.lo + other.lo;
    this.hi = (this.hi + other.hi + (lo > 0xffffffff ? 1 : 0)) >>> 0;
    this.lo = lo >>> 0;
    return this;
  }

  /** The lower 64 bits of the product. */
  multiply(other: Word64): this {
    const a0 = this.lo & 0xffff;
    const a1 = this.lo >>> 16;
    const b0 = other.lo & 0xffff;
    const b1 = other.lo >>> 16;
    const low = a0 * b0;
    const left = a0 * b1;
    const right = a1 * b0;
    const middle = (low >>> 16) + (left & 0xffff) + (right & 0xffff);
    const carry = a1 * b1 + (left >>> 16) + (right >>> 16) + (middle >>> 16);
    this.hi = (carry + Math.imul(this.hi, other.lo) + Math.imul(this.lo, other.hi)) >>> 0;
    this.lo = ((middle << 16) | (low & 0xffff)) >>> 0;
    return this;
  }

  xor(other: Word64): this {
    this.hi = (this.hi ^ other.hi) >>> 0;
    this.lo = (this.lo ^ other.lo) >>> 0;
    return this;
  }

  /** Rotates left by 1 to 31 bits. */
  rotate(bits: number): this {
    const { hi, lo } = this;
    this.hi = ((hi << bits) | (lo >>> (32 - bits))) >>> 0;
    this.lo = ((lo << bits) | (hi >>> (32 - bits))) >>> 0;
    return this;
  }

  /** Exclusive or with itself, shifted right by 1 to 63 bits. */
  mix(bits: number): this {
    const { hi, lo } = this;
    if (bits >= 32) {
      this.lo = (lo ^ (hi >>> (bits - 32))) >>> 0;
      return this;
    }
    this.hi = (hi ^ (hi >>> bits)) >>> 0;
    this.lo = (lo ^ ((lo >>> bits) | (hi << (32 - bits)))) >>> 0;
    return this;
  }

  /** The remainder of a division by at most 2^36. */
  modulo(divisor: number): number {
    const upper = ((this.hi % divisor) * 0x10000 + (this.lo >>> 16)) % divisor;
    return (upper * 0x10000 + (this.lo & 0xffff)) % divisor;
  }
}

/** The little-endian 32 bits at a place. */
export function word32At(bytes: Uint8Array, at: number): number {
  const a = bytes[at] ?? 0;
  const b = bytes[at + 1] ?? 0;
  const c = bytes[at + 2] ?? 0;
  const d = bytes[at + 3] ?? 0;
  return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
}
