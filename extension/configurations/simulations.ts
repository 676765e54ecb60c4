import { workspace, type Disposable, type TextDocument } from "vscode";
import type { Snapshot } from "../../simulator/protocol/model.ts";
import type { ServiceSpec } from "../../simulator/protocol/spec.ts";
import { changesBetween } from "../../simulator/protocol/cluster-changes.ts";
import type { CurrentCluster } from "../cluster/current-cluster.ts";
import type { LineSink } from "../cluster/cluster-log.ts";
import type { ClusterPlan } from "../cluster/cluster-plan.ts";
import type { Configurations } from "./configurations.ts";
import { serviceOf, type ReadUpstream } from "./reading.ts";
import type { UpstreamTarget } from "./upstream-target.ts";

/** Which services of the running cluster are upstreams of open or saved configurations. */
export class Simulations implements Disposable {
  readonly #cluster: CurrentCluster;
  readonly #configurations: Configurations;
  readonly #log: LineSink;
  /** By the service's name. */
  readonly #targets = new Map<string, UpstreamTarget>();
  readonly #registration: Disposable;
  /** One save after the other: a second one compares with what the first one made. */
  #last: Promise<void> = Promise.resolve();

  constructor(cluster: CurrentCluster, configurations: Configurations, log: LineSink) {
    this.#cluster = cluster;
    this.#configurations = configurations;
    this.#log = log;
    this.#registration = workspace.onDidSaveTextDocument((document) => {
      this.#last = this.#last.then(() => this.#apply(document));
    });
  }

  /** The running service that simulates an upstream; undefined when none does. */
  serviceOf({ configuration, upstream }: UpstreamTarget): string | undefined {
    const { snapshot, phase } = this.#cluster;
    if (!snapshot || (phase !== "running" && phase !== "starting")) return undefined;
    for (const [service, target] of this.#targets) {
      const same = target.configuration === configuration && target.upstream === upstream;
      if (same && service in snapshot.services) return service;
    }
    return undefined;
  }

  /** The upstream that a service simulates. */
  targetOf(service: string): UpstreamTarget | undefined {
    return this.#targets.get(service);
  }

  /** A name for the service of an upstream that nothing else of a plan has. */
  nameFor(target: UpstreamTarget, { serviceName }: ReadUpstream, plan: ClusterPlan): string {
    for (let number = 1; ; number++) {
      const free = number === 1 ? serviceName : `${serviceName.slice(0, 58)}-${String(number)}`;
      const own = this.#targets.get(free);
      const isOwn = own?.configuration === target.configuration && own.upstream === target.upstream;
      if (isOwn || !(free in plan.spec.services)) return free;
    }
  }

  /** An upstream runs as a service from now on. */
  add(service: string, { configuration, upstream }: UpstreamTarget): void {
    this.#targets.set(service, { configuration, upstream });
  }

  delete(service: string): void {
    this.#targets.delete(service);
  }

  dispose(): void {
    this.#registration.dispose();
  }

  /** Rejects never: what cannot be applied is written into the log. */
  async #apply(document: TextDocument): Promise<void> {
    const configuration = document.uri.toString();
    const running = [...this.#targets].filter(
      ([service, target]) =>
        target.configuration === configuration && isRunning(this.#cluster.snapshot, service),
    );
    if (running.length === 0) return;
    const reading = await this.#configurations.read(document);
    for (const [service, { upstream }] of running) {
      const written = reading?.services.find(({ name }) => name === upstream);
      // With an error it is left as it is, until that is mended.
      if (!written) continue;
      try {
        await this.#redefine(service, serviceOf(written));
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        this.#log.write({ level: "error", text: `${service} could not be redefined: ${text}` });
      }
    }
  }

  async #redefine(service: string, spec: ServiceSpec): Promise<void> {
    const { plan } = this.#cluster;
    if (!plan) return;
    const services = { ...plan.spec.services, [service]: spec };
    const { define } = changesBetween(plan.spec, { ...plan.spec, services });
    if (!(service in define)) return;
    this.#log.write({
      level: "info",
      text: `Its configuration was saved: ${service} is redefined.`,
    });
    await this.#cluster.defineService(service, spec, true);
  }
}

function isRunning(snapshot: Snapshot | undefined, service: string): boolean {
  return snapshot !== undefined && service in snapshot.services;
}
