import { Word64, word32At } from "./word64.ts";

const FACTOR = new Word64(0xc6a4a793, 0x5bd1e995);
/** The seed of libstdc++'s `std::hash`, which is what Envoy imitates. */
const SEED = 0xc70f6907;

const input = new Word64();

/** MurmurHash2 of 64 bits as in libstdc++'s `hash_bytes.cc`, written into `into`. */
export function murmurHash2(bytes: Uint8Array, into: Word64): Word64 {
  into.set(0, bytes.length).multiply(FACTOR).xor(input.set(0, SEED));
  let at = 0;
  for (; at + 8 <= bytes.length; at += 8) {
    input.set(word32At(bytes, at + 4), word32At(bytes, at));
    into.xor(input.multiply(FACTOR).mix(47).multiply(FACTOR)).multiply(FACTOR);
  }
  if (at < bytes.length) {
    // What is missing at the end reads as 0.
    into.xor(input.set(word32At(bytes, at + 4), word32At(bytes, at))).multiply(FACTOR);
  }
  return into.mix(47).multiply(FACTOR).mix(47);
}
