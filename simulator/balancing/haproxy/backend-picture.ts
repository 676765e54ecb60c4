import type { BalancerPicture } from "../../protocol/balancer-model.ts";
import type { HaproxyServer } from "./haproxy-server.ts";
import type { Lookup } from "./lookup.ts";
import type { ServerGroups } from "./server-groups.ts";

export interface PicturedBackend {
  readonly lookup: Lookup;
  readonly groups: ServerGroups;
  /** In all queues. */
  readonly waiting: number;
  readonly limitOf: (server: HaproxyServer) => number;
  /** Sixteenths of its weight that `slowstart` leaves it. */
  readonly sixteenthsOf: (server: HaproxyServer) => number;
}

const COLUMNS = [
  {
    title: "effective weight",
    explanation: "What its share follows: with slow starts possible, sixteen for each weight.",
  },
  { title: "connections", explanation: "Attempts that have a connection to it." },
  { title: "limit", explanation: "Connections that it may have now; none is without limit." },
  { title: "queued", explanation: "Attempts that wait for this server." },
] as const;

/** What the inspector draws of a backend. */
export function pictureOf(
  servers: readonly HaproxyServer[],
  { lookup, groups, waiting, limitOf, sixteenthsOf }: PicturedBackend,
): BalancerPicture {
  const { column } = lookup;
  const total = groups.weight;
  return {
    columns: [...COLUMNS, ...(column ? [column] : [])],
    rows: servers
      .filter(({ present }) => present)
      .map((server) => {
        const takesPart = groups.takesPart(server);
        const limit = limitOf(server);
        const own = column ? [lookup.scoreOf(server) ?? null] : [];
        const sixteenths = sixteenthsOf(server);
        const note = sixteenths < 16 ? slowNote(sixteenths) : undefined;
        return {
          instance: server.id,
          ideal: takesPart && total > 0 ? server.effective / total : 0,
          figures: [
            server.effective,
            server.served,
            limit === Infinity ? null : limit,
            server.waiting.length,
            ...own,
          ],
          ...(note !== undefined && { note }),
        };
      }),
    ...lookup.picture?.(),
    waiting,
  };
}

function slowNote(sixteenths: number): string {
  return `starting slowly, at ${sixteenths} of 16 parts of its weight`;
}
