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
