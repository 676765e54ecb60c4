import type { BalancerPicture, BalancerRun } from "../protocol/balancer-model.ts";
import type { AttemptTrace, CallTrace } from "../protocol/model.ts";
import type { BalancerId, ServiceSpec } from "../protocol/spec.ts";
import { runAlgorithm, type TimedCall, type Traffic } from "./run-algorithm.ts";
import { summaryOf } from "./summary.ts";
import type { Behaviour } from "./virtual-wire.ts";

/** A recorded attempt at one instance, on the time of the stream. */
interface Recorded {
  readonly at: number;
  readonly behaviour: Behaviour;
}

/**
 * Recorded calls picked again by other algorithms. An attempt at an instance goes as that
 * instance's recorded attempt nearest in time did.
 */
export async function replayCalls(
  name: string,
  spec: ServiceSpec,
  traces: readonly CallTrace[],
  rows: BalancerPicture["rows"],
  algorithms: readonly BalancerId[],
): Promise<{ recorded: BalancerRun; runs: BalancerRun[] }> {
  const ended = traces
    .filter((trace) => trace.endedAt !== undefined)
    .sort((a, b) => a.startedAt - b.startedAt);
  const counted = ended.map(
    ({ outcome = "canceled", startedAt, endedAt = startedAt, attempts }) => ({
      outcome,
      ms: endedAt - startedAt,
      picks: attempts.flatMap(({ instance }) => instance ?? []),
    }),
  );
  const traffic = trafficOf(ended, rows);
  const runs: BalancerRun[] = [];
  for (const algorithm of algorithms) {
    runs.push(await runAlgorithm(name, spec, algorithm, traffic));
  }
  return { recorded: summaryOf(spec.balancer.algorithm, counted, rows), runs };
}

function trafficOf(traces: readonly CallTrace[], rows: BalancerPicture["rows"]): Traffic {
  const beginning = traces[0]?.startedAt ?? 0;
  const calls = traces.map(({ client, method, uri, startedAt }): TimedCall => ({
    at: startedAt - beginning,
    client,
    method,
    uri,
    headers: [],
  }));
  const recorded = new Map<string, Recorded[]>();
  for (const attempt of traces.flatMap(({ attempts }) => attempts)) {
    const behaviour = behaviourOf(attempt);
    if (attempt.instance === undefined || !behaviour) continue;
    const list = recorded.get(attempt.instance) ?? [];
    list.push({ at: attempt.startedAt - beginning, behaviour });
    recorded.set(attempt.instance, list);
  }
  for (const list of recorded.values()) list.sort((a, b) => a.at - b.at);
  const all = [...recorded.values()].flat().sort((a, b) => a.at - b.at);
  return {
    instances: rows.map(({ instance }) => instance),
    calls,
    // Of an instance that got nothing nothing is known: it does as the others did then.
    behave: (instance, _call, at) => nearest(recorded.get(instance) ?? all, at),
  };
}

function behaviourOf(attempt: AttemptTrace): Behaviour | undefined {
  const { outcome, startedAt, endedAt, status } = attempt;
  if (endedAt === undefined || outcome === undefined || outcome === "canceled") return undefined;
  if (outcome === "timeout") return "timeout";
  if (status !== undefined) return { status, ms: endedAt - startedAt };
  return outcome === "unavailable" ? "refused" : undefined;
}

/** The entry nearest in time, by binary search. */
function nearest(list: readonly Recorded[], at: number): Behaviour {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.at ?? Infinity) < at) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [list[low - 1], list[low]];
  const isBefore = before && (!after || at - before.at <= after.at - at);
  return (isBefore ? before : after)?.behaviour ?? { status: 200, ms: 0 };
}
