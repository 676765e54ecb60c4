import { basename, dirname } from "node:path";
import { ProgressLocation, Uri, window, workspace } from "vscode";
import type { ServiceSpec } from "../../simulator/protocol/spec.ts";
import type { ClusterFile, ClusterFiles } from "../cluster-file/cluster-files.ts";
import { SETTINGS, SETTINGS_PREFIX } from "../contributions.ts";
import type { FunctionTarget } from "../functions/function-target.ts";
import { runningServiceOf } from "../functions/function-target.ts";
import { emptyPlan, withFunction, withService, type ClusterPlan } from "./cluster-plan.ts";
import type { CurrentCluster } from "./current-cluster.ts";
import { findNode } from "./find-node.ts";
import { summarizeCluster } from "./summary.ts";

/** Starts clusters for a user: with progress, cancellable, and only in a trusted workspace. */
export class ClusterStarter {
  readonly #cluster: CurrentCluster;
  readonly #files: ClusterFiles;

  constructor(cluster: CurrentCluster, files: ClusterFiles) {
    this.#cluster = cluster;
    this.#files = files;
  }

  /**
   * Starts a plan; a cluster of another folder is stopped first, if the user agrees.
   * @returns whether it runs; a failure is told by who watches the cluster's phase
   */
  async start(plan: ClusterPlan): Promise<boolean> {
    if (!workspace.isTrusted) {
      throw new Error("Fuseboard runs your code, so it needs a trusted workspace.");
    }
    if (!(await this.#makeRoom(plan))) return false;
    const setting = workspace.getConfiguration(SETTINGS_PREFIX).get<string>(SETTINGS.nodePath, "");
    const { platform, env } = process;
    const node = await findNode(setting, { path: env.PATH ?? "", platform });
    const title = `Fuseboard: starting ${plan.name}`;
    const options = { location: ProgressLocation.Notification, title, cancellable: true };
    return window.withProgress(options, async (progress, cancellation) => {
      const asked = cancellation.onCancellationRequested(() => void this.#cluster.stop());
      const watching = this.#cluster.onDidChange(() => {
        const { snapshot } = this.#cluster;
        if (!snapshot) return;
        const { up, wanted } = summarizeCluster(snapshot);
        progress.report({ message: `${String(up)}/${String(wanted)} instances up` });
      });
      try {
        return await this.#cluster.start(plan, node);
      } catch (error) {
        if (this.#cluster.phase === "failed") return false;
        throw error;
      } finally {
        asked.dispose();
        watching.dispose();
      }
    });
  }

  /** The plan of a cluster file. Throws when it never had none but errors. */
  planOf({ file, root, name, spec, errors }: ClusterFile): ClusterPlan {
    const error = errors[0];
    if (!spec || error) {
      const where = `line ${String(error?.line ?? 1)}, column ${String(error?.column ?? 1)}`;
      throw new Error(
        `${workspace.asRelativePath(file)}, ${where}: ${error?.message ?? "unreadable"}`,
      );
    }
    return { spec, root, name, file, unwritten: [] };
  }

  /**
   * Makes sure that a function runs: as its service in the cluster file, else as a starter
   * service that is added in memory.
   * @returns the service; undefined when the user turned away or it failed to start
   */
  async run(target: FunctionTarget): Promise<string | undefined> {
    const running = runningServiceOf(this.#cluster.snapshot, target);
    if (running !== undefined && this.#cluster.phase === "running") return running;
    const listed = this.#files.serviceOf(target.file, target.export);
    if (listed) {
      const plan = this.planOf(listed.clusterFile);
      return (await this.start(plan)) ? listed.service : undefined;
    }
    const { plan: current, phase } = this.#cluster;
    const base = this.planAround(target.file);
    if (phase === "running" && current?.root === base.root) {
      const { service, spec } = withFunction(current, target, this.#instances());
      await this.#cluster.defineService(service, spec, true);
      return service;
    }
    const { plan, service } = withFunction(base, target, this.#instances());
    return (await this.start(plan)) ? service : undefined;
  }

  /** The plan that a function of `file` would join: its cluster file's, else its folder's own. */
  planAround(file: string): ClusterPlan {
    const nearest = this.#files.nearest(file);
    if (nearest) return this.planOf(nearest);
    const folder = workspace.getWorkspaceFolder(Uri.file(file));
    if (!folder) throw new Error(`${basename(file)} is in no folder of this workspace.`);
    return emptyPlan(folder.uri.fsPath);
  }

  /** What runs, or else would be started to run a service of a configuration. */
  planForConfiguration(file: string): ClusterPlan {
    const { plan, phase } = this.#cluster;
    if (phase === "running" && plan) return plan;
    const folder = workspace.getWorkspaceFolder(Uri.file(file));
    // Files of the system, such as those below /etc, are in no folder of the workspace.
    return folder ? this.planAround(file) : emptyPlan(dirname(file));
  }

  /**
   * Runs a service that no cluster file has: in the running cluster, else in one with it.
   * @param plan what `planForConfiguration` gave
   * @returns whether it runs
   */
  async runService(plan: ClusterPlan, service: string, spec: ServiceSpec): Promise<boolean> {
    if (this.#cluster.phase !== "running") {
      return this.start(withService(plan, service, spec, true));
    }
    await this.#cluster.defineService(service, spec, true);
    return true;
  }

  #instances(): number {
    const settings = workspace.getConfiguration(SETTINGS_PREFIX);
    return settings.get<number>(SETTINGS.defaultInstances, 3);
  }

  /** Stops what runs in the way; false when the user would rather keep it. */
  async #makeRoom(plan: ClusterPlan): Promise<boolean> {
    const { phase, plan: current } = this.#cluster;
    if (phase === "stopping") await this.#cluster.stop();
    if (phase !== "starting" && phase !== "running") return true;
    const stop = "Stop and Start";
    const answer = await window.showWarningMessage(
      `The cluster ${current?.name ?? ""} is ${phase}. Stop it and start ${plan.name}?`,
      { modal: true },
      stop,
    );
    if (answer !== stop) return false;
    await this.#cluster.stop();
    return true;
  }
}
