import { clientAddress } from "../kernel/client-address.ts";
import { seededRandom, type Random } from "../kernel/random.ts";
import type { BalancerRun } from "../protocol/balancer-model.ts";
import type { BalancerId, Latency, ServiceSpec } from "../protocol/spec.ts";
import { drawLatency } from "../runtimes/synthetic/latency.ts";
import { runAlgorithm, type TimedCall } from "./run-algorithm.ts";

/** Traffic that is made up. */
export interface MadeUpTraffic {
  readonly calls: number;
  readonly perSecond: number;
  /** Different callers, and different paths that they ask for. */
  readonly clients: number;
  readonly seed: number;
}

/** How long a function answers of which nothing is known. */
const UNKNOWN: Latency = { kind: "constant", ms: 20 };

/**
 * The same made-up traffic by several algorithms: arrivals by chance (Poisson), callers uniformly,
 * answers as the cluster file says of the synthetic servers.
 */
export async function compareAlgorithms(
  spec: ServiceSpec,
  algorithms: readonly BalancerId[],
  traffic: MadeUpTraffic,
): Promise<BalancerRun[]> {
  const random = seededRandom(traffic.seed);
  const calls = arrivals(traffic, random);
  const { servers } = spec.balancer;
  const count = servers?.length ?? spec.instances;
  const instances = Array.from({ length: count }, (_, slot) => {
    return servers?.[slot]?.address ?? `server-${slot + 1}`;
  });
  const ids = instances.map((_, slot) => `server-${slot + 1}`);
  const runs: BalancerRun[] = [];
  for (const algorithm of algorithms) {
    const chance = seededRandom(traffic.seed + 1);
    const run = await runAlgorithm("server", spec, algorithm, {
      instances: ids,
      calls,
      behave: (id) => {
        const own = servers?.[ids.indexOf(id)]?.synthetic;
        const latency = own?.latency ?? spec.synthetic?.latency ?? UNKNOWN;
        const errorRate = own?.errorRate ?? spec.synthetic?.errorRate ?? 0;
        const ms = drawLatency(latency, chance);
        return { status: chance.next() < errorRate ? 500 : 200, ms };
      },
    });
    runs.push({ ...run, shares: renamed(run.shares, ids, instances) });
  }
  return runs;
}

function arrivals({ calls, perSecond, clients }: MadeUpTraffic, random: Random): TimedCall[] {
  let at = 0;
  return Array.from({ length: calls }, () => {
    at += (-Math.log(1 - random.next()) * 1000) / perSecond;
    const client = Math.floor(random.next() * clients);
    return {
      at,
      client: clientAddress(client),
      method: "GET",
      uri: `/item/${Math.floor(random.next() * clients)}?user=${client}`,
      headers: [["x-user", String(client)]],
    };
  });
}

/** Shares by the servers' addresses; several servers of one address are told apart by number. */
function renamed(
  shares: BalancerRun["shares"],
  ids: readonly string[],
  addresses: readonly string[],
): BalancerRun["shares"] {
  return Object.fromEntries(
    ids.map((id, slot) => {
      const address = addresses[slot] ?? id;
      const isFirst = addresses.indexOf(address) === slot;
      return [isFirst ? address : `${address} (${slot + 1})`, shares[id] ?? 0];
    }),
  );
}
