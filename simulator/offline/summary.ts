import type { BalancerPicture, BalancerRun } from "../protocol/balancer-model.ts";
import type { Outcome } from "../protocol/model.ts";
import type { BalancerId } from "../protocol/spec.ts";

/** What became of one call, as a run counts it. */
export interface CountedCall {
  readonly outcome: Outcome;
  readonly ms: number;
  /** The instances that were tried, in turn. */
  readonly picks: readonly string[];
}

/** Sums up what an algorithm made of calls. `rows` say who there is, and the ideal shares. */
export function summaryOf(
  algorithm: BalancerId,
  calls: readonly CountedCall[],
  rows: BalancerPicture["rows"],
): BalancerRun {
  const picks = new Map(rows.map(({ instance }) => [instance, 0]));
  let attempts = 0;
  for (const call of calls) {
    attempts += call.picks.length;
    for (const instance of call.picks) picks.set(instance, (picks.get(instance) ?? 0) + 1);
  }
  const shares = [...picks].map(([id, n]) => [id, attempts === 0 ? 0 : n / attempts] as const);
  const ideal = new Map(rows.map((row) => [row.instance, row.ideal]));
  const distance = shares.reduce((sum, [id, share]) => {
    return sum + Math.abs(share - (ideal.get(id) ?? 0));
  }, 0);
  const latencies = calls.map(({ ms }) => ms).sort((a, b) => a - b);
  return {
    algorithm,
    calls: calls.length,
    failed: calls.filter(({ outcome }) => outcome !== "success" && outcome !== "fallback").length,
    retries: calls.reduce((sum, call) => sum + Math.max(0, call.picks.length - 1), 0),
    shares: Object.fromEntries(shares),
    imbalance: attempts === 0 ? 0 : distance / 2,
    p50: nearestRank(latencies, 0.5),
    p95: nearestRank(latencies, 0.95),
    p99: nearestRank(latencies, 0.99),
  };
}

/** The percentile by nearest rank of values in ascending order; 0 of none. */
export function nearestRank(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
