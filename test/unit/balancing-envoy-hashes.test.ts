import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { murmurHash2 } from "../../simulator/balancing/envoy/murmur-hash2.ts";
import { Word64 } from "../../simulator/balancing/envoy/word64.ts";
import { xxHash64 } from "../../simulator/balancing/envoy/xxhash64.ts";

const MASK = 0xffff_ffff_ffff_ffffn;
const number = (word: Word64) => (BigInt(word.hi) << 32n) | BigInt(word.lo);
const wordOf = (value: bigint) => new Word64(Number(value >> 32n), Number(value & 0xffff_ffffn));
const word64 = fc.bigInt({ min: 0n, max: MASK });

// The 64-bit arithmetic is BigInt's.
describe("64-bit words", () => {
  it("add, multiply and combine as numbers do", () => {
    fc.assert(
      fc.property(word64, word64, (a, b) => {
        expect(number(wordOf(a).add(wordOf(b)))).toBe((a + b) & MASK);
        expect(number(wordOf(a).multiply(wordOf(b)))).toBe((a * b) & MASK);
        expect(number(wordOf(a).xor(wordOf(b)))).toBe(a ^ b);
      }),
    );
  });

  it("rotate, shift and divide as numbers do", () => {
    const bits = fc.integer({ min: 1, max: 31 });
    const shift = fc.integer({ min: 1, max: 63 });
    fc.assert(
      fc.property(word64, bits, shift, fc.integer({ min: 1, max: 2 ** 36 }), (a, by, off, d) => {
        expect(number(wordOf(a).rotate(by))).toBe(
          ((a << BigInt(by)) | (a >> BigInt(64 - by))) & MASK,
        );
        expect(number(wordOf(a).mix(off))).toBe(a ^ (a >> BigInt(off)));
        expect(wordOf(a).modulo(d)).toBe(Number(a % BigInt(d)));
      }),
    );
  });
});

// Envoy's own vectors, test/common/common/hash_test.cc.
describe("hashes as Envoy's", () => {
  it.each([
    ["foo", 3728699739546630719n, 9631199822919835226n],
    ["bar", 5234164152756840025n, 11474628671133349555n],
    ["foo\nbar", 8917841378505826757n, 16306510975912980159n],
    ["lyft", 4400747396090729504n, 12847078931730529320n],
    ["", 17241709254077376921n, 6142509188972423790n],
  ])("of %j", (text, xx, murmur) => {
    expect(number(xxHash64(Buffer.from(text), new Word64()))).toBe(xx);
    expect(number(murmurHash2(Buffer.from(text), new Word64()))).toBe(murmur);
  });
});

// The sanity checks of the xxHash project: a buffer of pseudo-random bytes, two seeds.
describe("xxHash64 of long inputs and with a seed", () => {
  const bytes = new Uint8Array(101);
  for (let i = 0, state = 2_654_435_761n; i < bytes.length; i++) {
    bytes[i] = Number((state >> 24n) & 0xffn);
    state = (state * state) & 0xffff_ffffn;
  }

  it.each([
    [0, 0xef46db3751d8e999n, 0xac75fda2929b17efn],
    [1, 0x4fce394cc88952d8n, 0x739840cb819fa723n],
    [14, 0xcffa8db881bc3a3dn, 0x5b9611585efcc9cbn],
    [101, 0x0eab543384f878adn, 0xcaa65939306f1e21n],
  ])("of %d bytes", (length, plain, seeded) => {
    const input = bytes.subarray(0, length);
    expect(number(xxHash64(input, new Word64()))).toBe(plain);
    expect(number(xxHash64(input, new Word64(), 2_654_435_761))).toBe(seeded);
  });
});
