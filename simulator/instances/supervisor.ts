import { messageOf } from "../kernel/errors.ts";
import { killTree } from "../kernel/process-tree.ts";
import type { Clock } from "../kernel/clock.ts";
import type { EventLog } from "../kernel/event-log.ts";
import type { Scope } from "../kernel/scope.ts";
import type { FaultTarget } from "../protocol/model.ts";
import type { ServiceSpec } from "../protocol/spec.ts";
import type { Registry } from "../registry/contract.ts";
import type { ClusterContext, Runtime } from "../runtimes/contract.ts";
import type { Instance } from "./instance.ts";
import type { PrintedLine } from "./line-ring.ts";
import { ProblemBoard } from "./problem-board.ts";
import { ProcessLedger } from "./process-ledger.ts";
import { ServiceGroup } from "./service-group.ts";
import { SourceWatcher } from "./source-watcher.ts";

export interface SupervisorDeps {
  /** Processes start while it is still being opened. */
  readonly registry: Promise<Registry>;
  readonly log: EventLog;
  readonly clock: Clock;
  readonly context: ClusterContext;
  readonly runtimes: readonly Runtime[];
  readonly leaseTtlMs: number;
  /** Longest time that a graceful stop may take before it becomes a kill; default 5s. */
  readonly graceMs?: number;
  /** Resolves when the gateway may pick an instance; rejects when the signal aborts. */
  settled(service: string, instance: string, signal: AbortSignal): Promise<void>;
  /** Resolves when the gateway no longer uses an instance that was deregistered. */
  drained(service: string, instance: string, signal: AbortSignal): Promise<void>;
  /** An instance is there, before its process starts. */
  created?(instance: Instance): void;
  /** An instance is gone for good. */
  removed?(id: string): void;
  /** When it ends, everything is killed; stop before for a graceful end. */
  readonly scope: Scope;
}

/** Runs the instances of all services, starts them again, and exchanges them for newer code. */
export class Supervisor {
  readonly #deps: SupervisorDeps;
  readonly #problems: ProblemBoard;
  readonly #ledger: ProcessLedger;
  readonly #watcher: SourceWatcher;
  readonly #groups = new Map<string, ServiceGroup>();
  readonly #instances = new Map<string, Instance>();
  readonly #byToken = new Map<string, Instance>();
  #begun: Promise<void> | undefined;

  constructor(deps: SupervisorDeps) {
    this.#deps = deps;
    this.#problems = new ProblemBoard(deps.log, deps.clock);
    this.#ledger = new ProcessLedger(deps.context.cacheDir, (error) => {
      const message = `Running processes could not be noted in ${deps.context.cacheDir}: ${messageOf(error)}`;
      this.#problems.found("processes", message);
    });
    this.#watcher = new SourceWatcher((service) => void this.reload(service));
    // Whoever opened the registry reports its failure; here it only must not go unheard.
    deps.registry.catch(() => undefined);
    deps.scope.add(async () => {
      await this.kill();
      await this.#watcher.close();
      await this.#begun;
      await this.#ledger.close();
    });
  }

  /**
   * Adds a service, or replaces its definition and exchanges its instances one by one, so that no
   * call is lost. Resolves when all are registered, or when it is clear that they will not be:
   * `ok` is false then, and a problem in the facts says why.
   */
  async define(service: string, spec: ServiceSpec): Promise<{ readonly ok: boolean }> {
    this.#begun ??= this.#begin();
    let group = this.#groups.get(service);
    if (!group) {
      group = this.#newGroup(service);
      this.#groups.set(service, group);
    }
    const ok = await group.define(spec);
    this.#ledger.guard();
    return { ok };
  }

  /** Stops a service's instances gracefully and forgets it; nothing happens to an unknown one. */
  async remove(service: string): Promise<void> {
    await this.#groups.get(service)?.remove();
    this.#groups.delete(service);
  }

  /** Resolves when as many run as asked for, with `ok` false when some cannot. */
  async scale(service: string, instances: number): Promise<{ readonly ok: boolean }> {
    return { ok: (await this.#groups.get(service)?.scale(instances)) ?? false };
  }

  /** Exchanges a service's instances for ones with the newest code. */
  async reload(service: string): Promise<{ readonly ok: boolean }> {
    return { ok: (await this.#groups.get(service)?.reload()) ?? false };
  }

  instance(id: string): Instance | undefined {
    return this.#instances.get(id);
  }

  instancesOf(service: string): readonly Instance[] {
    return this.#groups.get(service)?.instances ?? [];
  }

  /** The instances that a fault's target means now; none for what is between two services. */
  meantBy(target: FaultTarget): readonly Instance[] {
    if ("service" in target) return this.instancesOf(target.service);
    const instance = "instance" in target && this.instance(target.instance);
    return instance ? [instance] : [];
  }

  /** Whose token it is. */
  callerOf(token: string): { readonly instance: string; readonly service: string } | undefined {
    const instance = this.#byToken.get(token);
    return instance && { instance: instance.id, service: instance.service };
  }

  /** The newest lines that an instance printed, oldest first, at most 1,000. */
  linesOf(id: string): readonly PrintedLine[] {
    return this.#instances.get(id)?.lines.lines() ?? [];
  }

  /** Takes account of other processes and folders that must not outlive the simulator. */
  get account(): Pick<ProcessLedger, "started" | "ended" | "folderMade" | "folderGone"> {
    return this.#ledger;
  }

  /** Kills all processes at once. */
  async kill(): Promise<void> {
    await Promise.all([...this.#groups.values()].map((group) => group.kill()));
  }

  /** Stops everything gracefully. */
  async stopAll(): Promise<void> {
    await this.#watcher.close();
    await Promise.all([...this.#groups.keys()].map((service) => this.remove(service)));
  }

  async #begin(): Promise<void> {
    await Promise.all([
      this.#ledger.sweep(killTree).catch((error: unknown) => {
        const message = `What earlier runs left behind could not be looked for: ${messageOf(error)}`;
        this.#problems.found("processes", message);
      }),
      this.#watchRegistry(),
    ]);
  }

  /** Leases that ran out are told by the registry alone. */
  async #watchRegistry(): Promise<void> {
    const nothing = () => undefined;
    const watcher = {
      put: nothing,
      deleted: (_service: string, id: string) => this.#instances.get(id)?.deregistered(),
      revised: nothing,
      failed: nothing,
    };
    try {
      const registry = await this.#deps.registry;
      await registry.watch(watcher, this.#deps.scope);
    } catch (error) {
      // A registry that cannot be opened ends the cluster, which says so itself.
      if (this.#deps.scope.ended) return;
      this.#problems.found("registry", `The registry cannot be watched: ${messageOf(error)}`);
    }
  }

  #newGroup(service: string): ServiceGroup {
    const deps = this.#deps;
    return new ServiceGroup(service, {
      ...deps,
      graceMs: deps.graceMs ?? 5000,
      ledger: this.#ledger,
      problems: this.#problems,
      created: (instance) => {
        this.#instances.set(instance.id, instance);
        this.#byToken.set(instance.token, instance);
        deps.created?.(instance);
      },
      removed: (id) => {
        this.#byToken.delete(this.#instances.get(id)?.token ?? "");
        this.#instances.delete(id);
        deps.removed?.(id);
      },
      watch: (name, files) => this.#watcher.watch(name, files),
    });
  }
}
