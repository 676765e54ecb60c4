import { crc32 } from "../hashing/crc32.ts";

/** Turns bytes into 32 bits. */
export type HashFunction = (bytes: Uint8Array) => number;

export type HashName = "sdbm" | "djb2" | "wt6" | "crc32" | "none";

/** `hash × 65599 + byte`, HAProxy's default. */
function sdbm(bytes: Uint8Array): number {
  let hash = 0;
  for (const byte of bytes) hash = (Math.imul(hash, 65_599) + byte) | 0;
  return hash >>> 0;
}

/** `hash × 33 + byte` from 5381. */
function djb2(bytes: Uint8Array): number {
  let hash = 5381;
  for (const byte of bytes) hash = (Math.imul(hash, 33) + byte) | 0;
  return hash >>> 0;
}

/** Two words that each byte stirs, turned by distances that depend on what came before. */
function wt6(bytes: Uint8Array): number {
  let first = 0xa53c965a | 0;
  let second = 0x5ca6953a | 0;
  let turnFirst = 6;
  let turnSecond = 18;
  for (const byte of bytes) {
    first = ~(first ^ byte);
    second = ~(second + byte);
    const turned = (second << turnFirst) | (second >>> (32 - turnFirst));
    second = (first << turnSecond) | (first >>> (32 - turnSecond));
    first = turned;
    const steps = ((first >>> 16) ^ second) & 0xffff;
    turnFirst = steps & 0x1f;
    turnSecond = steps >>> 11;
  }
  return (first ^ second) >>> 0;
}

/** The largest and smallest signed 64-bit number. */
const [LARGEST, SMALLEST] = [2n ** 63n - 1n, -(2n ** 63n)];

/** The key itself: the decimal number that it begins with, as a signed 64-bit one. */
function none(bytes: Uint8Array): number {
  const text = String.fromCharCode(...bytes.subarray(0, 64));
  const digits = BigInt(/^[+-]?(\d+)/.exec(text)?.[1] ?? 0);
  const number = text.startsWith("-") ? -digits : digits;
  const held = number > LARGEST ? LARGEST : number < SMALLEST ? SMALLEST : number;
  return Number(BigInt.asUintN(32, held));
}

/** The functions of `hash-type`. */
export const hashFunctions: Readonly<Record<HashName, HashFunction>> = {
  sdbm,
  djb2,
  wt6,
  crc32: (bytes) => crc32(bytes),
  none,
};

/** HAProxy's avalanche: Bob Jenkins' full mix, then times a prime close to ¾ of 2^32. */
export function fullHash(value: number): number {
  let a = value | 0;
  a = (a + 0x7ed55d16 + (a << 12)) | 0;
  a = a ^ 0xc761c23c ^ (a >>> 19);
  a = (a + 0x165667b1 + (a << 5)) | 0;
  a = ((a + 0xd3a2646c) | 0) ^ (a << 9);
  a = (a + 0xfd7046c5 + (a << 3)) | 0;
  a = a ^ 0xb55a4f09 ^ (a >>> 16);
  return Math.imul(a, 3_221_225_473) >>> 0;
}
