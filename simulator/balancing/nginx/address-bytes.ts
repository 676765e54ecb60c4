import { isIPv4, isIPv6 } from "node:net";

/** The bytes of an IP address as a socket has them: 4 or 16; undefined when it is none. */
export function addressBytes(address: string): Uint8Array | undefined {
  if (isIPv4(address)) return Uint8Array.from(address.split("."), Number);
  if (!isIPv6(address)) return undefined;
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const front = groupsOf(head);
  const back = groupsOf(tail ?? "");
  const zeros = Array.from({ length: tail === undefined ? 0 : 16 - front.length - back.length });
  return Uint8Array.from([...front, ...zeros.map(() => 0), ...back]);
}

function groupsOf(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (group.includes(".")) return group.split(".").map(Number);
    const value = Number.parseInt(group, 16);
    return [value >>> 8, value & 0xff];
  });
}

/**
 * An address as nginx writes it in `$remote_addr`, after `ngx_inet6_ntop`: in lower case, the first
 * of the longest runs of zeros left out. What is no IPv6 address stays as it is.
 */
export function addressText(address: string): string {
  const bytes = isIPv6(address) ? addressBytes(address) : undefined;
  if (!bytes) return address;
  const groups = Array.from({ length: 8 }, (_, i) => byteAt(2 * i) * 256 + byteAt(2 * i + 1));
  const { from, length } = longestZeros(groups);
  const endsInIPv4 =
    from === 0 &&
    ((length === 5 && groups[5] === 0xffff) ||
      length === 6 ||
      (length === 7 && byteAt(14) !== 0 && byteAt(15) !== 1));
  const texts = groups.map((group) => group.toString(16));
  if (endsInIPv4) texts.splice(6, 2, bytes.subarray(12).join("."));
  if (length < 2) return texts.join(":");
  const rest = texts.slice(Math.min(from + length, endsInIPv4 ? 6 : 8));
  return `${texts.slice(0, from).join(":")}::${rest.join(":")}`;

  function byteAt(index: number): number {
    return bytes?.[index] ?? 0;
  }
}

/** Where the longest run of zeros begins, the first of several, and how long it is. */
function longestZeros(groups: readonly number[]): { from: number; length: number } {
  let longest = { from: 0, length: 0 };
  let from = 0;
  for (const [i, group] of groups.entries()) {
    if (group !== 0) from = i + 1;
    else if (i + 1 - from > longest.length) longest = { from, length: i + 1 - from };
  }
  return longest;
}
