import type { BalancerPicture } from "../../protocol/balancer-model.ts";
import type { KetamaRing } from "./ketama-ring.ts";
import type { Peer } from "./peer.ts";
import type { Pool } from "./pool.ts";
import { poolPicture } from "./pool-picture.ts";

const RANGE = 2 ** 32;
/** Points that are drawn at most. */
const MOST_POINTS = 4096;

/** The picture of a ring; ideal is what belongs to a peer's points. */
export function ringPicture(pool: Pool, ring: KetamaRing): BalancerPicture {
  const { hashes, owners, servers } = ring;
  const total = hashes.length;
  const shown = Math.min(total, MOST_POINTS);
  const points = Array.from({ length: shown }, (_, i) => {
    const index = Math.floor((i * total) / shown);
    return {
      at: (hashes[index] ?? 0) / RANGE,
      instance: servers[owners[index] ?? 0]?.[0]?.id ?? "",
    };
  });
  return {
    ...poolPicture(pool, (usable) => {
      const shares = sharesOf(ring, usable);
      // Without anybody on the ring that can be picked, the backups have their weights.
      return shares && ((peer) => shares.get(peer) ?? 0);
    }),
    ring: { total, points },
  };
}

/** The part of the ring that leads to each peer that can be picked. */
function sharesOf(
  { hashes, owners, servers }: KetamaRing,
  usable: ReadonlySet<Peer>,
): Map<Peer, number> | undefined {
  const able = servers.map((peers) => peers.filter((peer) => usable.has(peer)));
  const arcs = new Float64Array(servers.length);
  // Backwards, so that the owner of what lies before a point is known: itself, or the next able.
  let owner = owners.findIndex((each) => (able[each]?.length ?? 0) > 0);
  if (owner < 0) return undefined;
  owner = owners[owner] ?? 0;
  let next = RANGE + (hashes[0] ?? 0);
  for (let i = hashes.length - 1; i >= 0; i--) {
    const hash = hashes[i] ?? 0;
    arcs[owner] = (arcs[owner] ?? 0) + next - hash;
    const own = owners[i] ?? 0;
    if ((able[own]?.length ?? 0) > 0) owner = own;
    next = hash;
  }
  const shares = new Map<Peer, number>();
  for (const [i, peers] of able.entries()) {
    const weights = peers.reduce((sum, { weight }) => sum + weight, 0);
    for (const peer of peers) shares.set(peer, ((arcs[i] ?? 0) / RANGE) * (peer.weight / weights));
  }
  return shares;
}
