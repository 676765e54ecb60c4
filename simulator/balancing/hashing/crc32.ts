/*
 * A table of our own: VS Code's older Node versions have no `zlib.crc32`, and both programs also
 * need the state in between, before the final complement.
 */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** The state that a CRC-32 begins with. */
export const CRC32_START = 0xffffffff;

/** The state after more bytes; `(state ^ 0xffffffff) >>> 0` of it is the checksum. */
export function crc32Update(state: number, bytes: Uint8Array): number {
  let crc = state;
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return crc >>> 0;
}

/** CRC-32 as in zlib, nginx and HAProxy (polynomial 0xedb88320), unsigned. */
export function crc32(bytes: Uint8Array): number {
  return (crc32Update(CRC32_START, bytes) ^ 0xffffffff) >>> 0;
}
