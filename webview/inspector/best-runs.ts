import type { BalancerRun } from "../../simulator/protocol/balancer-model.ts";

/** The figures of a run that are the better the less they are. */
export const RUN_FIGURES = ["imbalance", "retries", "failed", "p50", "p95", "p99"] as const;
export type RunFigure = (typeof RUN_FIGURES)[number];

/**
 * The least value of each figure; undefined where all are the same as they are shown, since none
 * is best then.
 */
export function bestOf(
  runs: readonly BalancerRun[],
  shown: (figure: RunFigure, run: BalancerRun) => string,
): Readonly<Record<RunFigure, string | undefined>> {
  const best = (figure: RunFigure): string | undefined => {
    const [least] = [...runs].sort((a, b) => a[figure] - b[figure]);
    if (!least) return undefined;
    const text = shown(figure, least);
    return runs.every((run) => shown(figure, run) === text) ? undefined : text;
  };
  return {
    imbalance: best("imbalance"),
    retries: best("retries"),
    failed: best("failed"),
    p50: best("p50"),
    p95: best("p95"),
    p99: best("p99"),
  };
}
