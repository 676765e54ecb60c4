import { basename } from "node:path";
import { ClusterSpec, ServiceSpec } from "../../simulator/protocol/spec.ts";
import { starterService } from "../../simulator/protocol/starter.ts";
import { functionRef, serviceNameFor } from "../functions/function-ref.ts";
import type { FunctionTarget } from "../functions/function-target.ts";

/** What is to be run. */
export interface ClusterPlan {
  readonly spec: ClusterSpec;
  /** Absolute path of the folder that the spec's paths are relative to. */
  readonly root: string;
  readonly name: string;
  /** Absolute path of the cluster file; undefined when it runs without one. */
  readonly file: string | undefined;
  /** Services that run without being in the cluster file. */
  readonly unwritten: readonly string[];
}

/** The plan of a folder without a cluster file: nothing yet. */
export function emptyPlan(root: string): ClusterPlan {
  const spec = ClusterSpec.parse({ version: 1, services: {} });
  return { spec, root, name: basename(root), file: undefined, unwritten: [] };
}

/** A plan with one more function, as a starter service under a free name. */
export function withFunction(
  plan: ClusterPlan,
  target: FunctionTarget,
  instances: number,
): { plan: ClusterPlan; service: string; spec: ServiceSpec } {
  const service = serviceNameFor(target.file, target.export, Object.keys(plan.spec.services));
  const ref = functionRef(plan.root, target.file, target.export);
  const spec = ServiceSpec.parse(starterService(ref, instances));
  return { plan: withService(plan, service, spec, true), service, spec };
}

/** A plan with a service added or replaced. @param unwritten it is not in the cluster file */
export function withService(
  plan: ClusterPlan,
  service: string,
  spec: ServiceSpec,
  unwritten: boolean,
): ClusterPlan {
  const others = plan.unwritten.filter((name) => name !== service);
  return {
    ...plan,
    spec: { ...plan.spec, services: { ...plan.spec.services, [service]: spec } },
    unwritten: unwritten ? [...others, service] : others,
  };
}

export function withoutService(plan: ClusterPlan, service: string): ClusterPlan {
  const { [service]: _gone, ...services } = plan.spec.services;
  return {
    ...plan,
    spec: { ...plan.spec, services },
    unwritten: plan.unwritten.filter((name) => name !== service),
  };
}
