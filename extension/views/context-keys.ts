import { commands, Disposable } from "vscode";
import type { ClusterFiles } from "../cluster-file/cluster-files.ts";
import type { CurrentCluster } from "../cluster/current-cluster.ts";
import { CONTEXT_KEYS } from "../contributions.ts";

/** Keeps the keys of `when` clauses as the cluster stands. */
export function registerContextKeys(files: ClusterFiles, cluster: CurrentCluster): Disposable {
  const known = new Map<string, string | boolean>();
  const set = (key: string, value: string | boolean) => {
    if (known.get(key) === value) return;
    known.set(key, value);
    void commands.executeCommand("setContext", key, value);
  };
  const update = () => {
    const { phase, snapshot } = cluster;
    const services = Object.values(snapshot?.services ?? {});
    const running = phase === "running";
    set(CONTEXT_KEYS.state, phase === "stopped" && files.all.length === 0 ? "empty" : phase);
    set(CONTEXT_KEYS.clusterRunning, running);
    set(CONTEXT_KEYS.hasBreakers, running && services.some(({ breaker }) => breaker !== undefined));
    set(CONTEXT_KEYS.hasFaults, running && Object.keys(snapshot?.faults ?? {}).length > 0);
    set(CONTEXT_KEYS.hasStreams, running && Object.keys(snapshot?.streams ?? {}).length > 0);
    set(CONTEXT_KEYS.hasLoad, running && Object.keys(snapshot?.loads ?? {}).length > 0);
  };
  update();
  return Disposable.from(
    files.onDidChange(update),
    cluster.onDidChangePhase(update),
    cluster.onDidChange(update),
  );
}
