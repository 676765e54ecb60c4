import type { Balancer } from "../balancing/contract.ts";
import type { ServiceSpec } from "../protocol/spec.ts";
import { EngineTurns, type Engine } from "./engine-turns.ts";
import { Plane } from "./plane.ts";
import type { PlaneDeps } from "./plane-deps.ts";
import { ProgramBalancer } from "./program-balancer.ts";
import { programKinds } from "./programs.ts";

export { EngineTurns } from "./engine-turns.ts";
export type { PlaneDeps } from "./plane-deps.ts";

/** The installed programs of a cluster that balance services. */
export class DataPlanes {
  readonly #deps: PlaneDeps;
  readonly #planes = new Map<string, Set<Plane>>();

  constructor(deps: PlaneDeps) {
    this.#deps = deps;
  }

  /**
   * The balancer of a service by `balancer.engine`; `own` makes the one of our own code. Undefined
   * when that is the only one. A program that cannot run is a problem in the facts.
   */
  balancerOf(service: string, spec: ServiceSpec, own: () => Balancer): EngineTurns | undefined {
    const ids = [spec.balancer.engine].flat();
    if (ids.every((id) => id === "fuseboard")) return undefined;
    const engines = ids.map((id): Engine => {
      const kind = programKinds.find((each) => each.id === id);
      if (!kind) return { id, balancer: own(), hasFailed: () => false };
      const plane = new Plane(kind, service, spec, this.#deps);
      const planes = this.#planes.get(service) ?? new Set();
      this.#planes.set(service, planes.add(plane));
      const forget = () => planes.delete(plane);
      const balancer = new ProgramBalancer(plane, forget);
      return { id, balancer, hasFailed: () => plane.hasFailed };
    });
    return new EngineTurns(engines);
  }

  /** Resolves when the programs of a service have its newest members. */
  async settled(service: string): Promise<void> {
    const planes = [...(this.#planes.get(service) ?? [])];
    await Promise.all(planes.map((plane) => plane.settled()));
  }

  /** The faults at work have changed. */
  faultsChanged(): void {
    for (const planes of this.#planes.values()) {
      for (const plane of planes) plane.faultsChanged();
    }
  }
}
