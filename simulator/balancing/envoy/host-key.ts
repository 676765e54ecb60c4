import type { Member } from "../contract.ts";
import type { HashedHost } from "./hash-ring.ts";

/** What of a member Envoy hashes: its address, as the configuration gives it if it does. */
export function hashedHost({ server, host, port, weight }: Member): HashedHost {
  const name = host.includes(":") ? `[${host}]` : host;
  return { key: server.address ?? `${name}:${String(port)}`, weight };
}
