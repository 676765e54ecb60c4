import { isIPv6 } from "node:net";

/** The 32-bit words of an IP address, exclusive-ored: one for IPv4, four for IPv6. */
export function addressWords(address: string): number {
  if (!isIPv6(address)) return wordOf(address);
  return ipv6Groups(address).reduce(
    (words, group, i) => (words ^ (group << (i % 2 === 0 ? 16 : 0))) >>> 0,
    0,
  );
}

/** The four bytes of a dotted address, the first one highest; 0 for anything else. */
function wordOf(address: string): number {
  const bytes = address.split(".").map(Number);
  if (bytes.length !== 4 || bytes.some(Number.isNaN)) return 0;
  return bytes.reduce((word, byte) => ((word << 8) | byte) >>> 0, 0);
}

/** The eight groups of an IPv6 address. */
function ipv6Groups(address: string): number[] {
  const [head = "", tail] = address.replace(/%.*$/, "").split("::");
  const groupsOf = (text: string) =>
    text.split(":").flatMap((group) => {
      if (group === "") return [];
      if (!group.includes(".")) return [parseInt(group, 16)];
      const word = wordOf(group);
      return [word >>> 16, word & 0xffff];
    });
  const first = groupsOf(head);
  if (tail === undefined) return first;
  const last = groupsOf(tail);
  const gap = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => 0);
  return [...first, ...gap, ...last];
}
