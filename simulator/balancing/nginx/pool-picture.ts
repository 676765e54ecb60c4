import type { BalancerPicture } from "../../protocol/balancer-model.ts";
import type { Peer } from "./peer.ts";
import type { Pool } from "./pool.ts";

const COLUMNS: BalancerPicture["columns"] = [
  {
    title: "current weight",
    explanation: "The account of the round robin: grows every turn, the highest wins and pays.",
  },
  {
    title: "effective weight",
    explanation: "What its weight counts now: less after failures, growing back by 1 a turn.",
  },
  { title: "fails", explanation: "Failures that count towards max_fails." },
];

/** The servers' state; ideal is the share of the weights unless it is given. */
export function poolPicture(
  pool: Pool,
  idealOf: (usable: ReadonlySet<Peer>) => ((peer: Peer) => number) | undefined = byWeight,
): BalancerPicture {
  const now = pool.now();
  const usable = new Set(usableOf(pool, now));
  const ideal = idealOf(usable) ?? byWeight(usable);
  return {
    columns: COLUMNS,
    rows: pool.all.map((peer) => {
      const note = noteOf(peer, now);
      return {
        instance: peer.id,
        ideal: ideal(peer),
        figures: [peer.list.round.currentOf(peer), peer.effective, peer.fails],
        ...(note !== undefined && { note }),
      };
    }),
    waiting: 0,
  };
}

/** Who gets calls now: the primary servers that can, or else the backups that can. */
function usableOf({ primary, backups }: Pool, now: number): Peer[] {
  const can = (peer: Peer) => peer.down === undefined && (peer.list.single || !peer.isFailed(now));
  const usable = primary.peers.filter(can);
  return usable.length > 0 ? usable : backups.peers.filter(can);
}

function byWeight(usable: ReadonlySet<Peer>): (peer: Peer) => number {
  let total = 0;
  for (const { weight } of usable) total += weight;
  return (peer) => (usable.has(peer) ? peer.weight / total : 0);
}

function noteOf(peer: Peer, now: number): string | undefined {
  if (peer.down !== undefined) return peer.down;
  if (!peer.list.single && peer.isFailed(now)) {
    const times = peer.fails === 1 ? "once" : `${peer.fails} times`;
    return `failed ${times}, tried again in ${peer.checked + peer.failTimeout + 1 - now}s`;
  }
  if (peer.isFull()) return `full: max_conns is ${peer.maxConns}`;
  return peer.member.server.backup ? "backup" : undefined;
}
