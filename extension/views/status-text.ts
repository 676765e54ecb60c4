import type { ClusterPhase } from "../../simulator/protocol/model.ts";
import type { ClusterSummary } from "../cluster/summary.ts";

export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  /** A real fault: the cluster failed, or an instance crashed. An open breaker is none. */
  readonly fault: boolean;
}

/** The status bar's item; undefined hides it. @param known services of the cluster files */
export function statusText(
  phase: ClusterPhase,
  summary: ClusterSummary | undefined,
  failure: string | undefined,
  known: number,
): StatusText | undefined {
  if (phase === "failed") {
    const tooltip = `${failure ?? "The cluster failed."}\nClick to open the topology.`;
    return { text: "$(error) Fuseboard failed", tooltip, fault: true };
  }
  if (phase === "stopped" || !summary) {
    if (known === 0) return undefined;
    return {
      text: `$(circuit-board) ${functions(known)} · stopped`,
      tooltip: "Fuseboard: the cluster is stopped. Click to open the topology.",
      fault: false,
    };
  }
  const icon = phase === "running" ? "$(circuit-board)" : "$(loading~spin)";
  const parts = [
    functions(summary.functions),
    `${String(summary.up)}/${String(summary.wanted)} up`,
  ];
  if (summary.open > 0) parts.push(`${String(summary.open)} open`);
  if (summary.crashed > 0) parts.push(`${String(summary.crashed)} crashed`);
  return {
    text: `${icon} ${parts.join(" · ")}`,
    tooltip: `Fuseboard: the cluster is ${phase}. Click to open the topology.`,
    fault: summary.crashed > 0,
  };
}

const functions = (count: number) => `${String(count)} ${count === 1 ? "fn" : "fns"}`;
