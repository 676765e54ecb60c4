import { Word64, word32At } from "./word64.ts";

/*
 * Of our own: the packages for it start up asynchronously (WebAssembly) or are native, and a
 * balancer is made and asked synchronously.
 */

const PRIME_1 = new Word64(0x9e3779b1, 0x85ebca87);
const PRIME_2 = new Word64(0xc2b2ae3d, 0x27d4eb4f);
const PRIME_3 = new Word64(0x165667b1, 0x9e3779f9);
const PRIME_4 = new Word64(0x85ebca77, 0xc2b2ae63);
const PRIME_5 = new Word64(0x27d4eb2f, 0x165667c5);
/** PRIME_1 + PRIME_2, and −PRIME_1: where the first and the last accumulator begin. */
const FIRST = new Word64(PRIME_1.hi, PRIME_1.lo).add(PRIME_2);
const LAST = new Word64(~PRIME_1.hi >>> 0, ~PRIME_1.lo >>> 0).add(new Word64(0, 1));

const lanes = [new Word64(), new Word64(), new Word64(), new Word64()] as const;
const input = new Word64();
const scratch = new Word64();

/** xxHash64 as its specification gives it; the seed has 32 bits. Written into `into`. */
export function xxHash64(bytes: Uint8Array, into: Word64, seed = 0): Word64 {
  let at = 0;
  if (bytes.length >= 32) {
    at = stripes(bytes, seed);
    const [a, b, c, d] = lanes;
    into.copy(a).rotate(1).add(scratch.copy(b).rotate(7));
    into.add(scratch.copy(c).rotate(12)).add(scratch.copy(d).rotate(18));
    for (const lane of lanes) {
      into
        .xor(round(scratch.set(0, 0), lane))
        .multiply(PRIME_1)
        .add(PRIME_4);
    }
  } else {
    into.set(0, seed).add(PRIME_5);
  }
  into.add(scratch.set(0, bytes.length));
  for (; at + 8 <= bytes.length; at += 8) {
    input.set(word32At(bytes, at + 4), word32At(bytes, at));
    into
      .xor(round(scratch.set(0, 0), input))
      .rotate(27)
      .multiply(PRIME_1)
      .add(PRIME_4);
  }
  if (at + 4 <= bytes.length) {
    scratch.set(0, word32At(bytes, at)).multiply(PRIME_1);
    into.xor(scratch).rotate(23).multiply(PRIME_2).add(PRIME_3);
    at += 4;
  }
  for (; at < bytes.length; at++) {
    scratch.set(0, bytes[at] ?? 0).multiply(PRIME_5);
    into.xor(scratch).rotate(11).multiply(PRIME_1);
  }
  return into.mix(33).multiply(PRIME_2).mix(29).multiply(PRIME_3).mix(32);
}

/** Takes in blocks of 32 bytes; the place after them. */
function stripes(bytes: Uint8Array, seed: number): number {
  scratch.set(0, seed);
  lanes[0].copy(FIRST).add(scratch);
  lanes[1].copy(PRIME_2).add(scratch);
  lanes[2].copy(scratch);
  lanes[3].copy(LAST).add(scratch);
  let at = 0;
  while (at + 32 <= bytes.length) {
    for (const lane of lanes) {
      input.set(word32At(bytes, at + 4), word32At(bytes, at));
      round(lane, input);
      at += 8;
    }
  }
  return at;
}

/** One step of an accumulator. */
function round(accumulator: Word64, word: Word64): Word64 {
  product.copy(word).multiply(PRIME_2);
  return accumulator.add(product).rotate(31).multiply(PRIME_1);
}

const product = new Word64();
