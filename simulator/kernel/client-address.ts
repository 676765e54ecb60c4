/**
 * The IP address of a made-up client, by its number from 0. The first 256 are in networks of their
 * own, and so on: clients of one network are one to nginx's ip_hash, and callers from all over the
 * world are not.
 */
export function clientAddress(index: number): string {
  return `10.${index & 255}.${(index >> 8) & 255}.${1 + ((index >> 16) & 127)}`;
}
