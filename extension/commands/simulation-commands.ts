import { isUpstreamTarget } from "../configurations/upstream-target.ts";
import { QUICK_LOAD_PER_SECOND } from "../configurations/upstream-lens-text.ts";
import { BalancerId } from "../../simulator/protocol/spec.ts";
import { pickService, targetOf } from "./pick.ts";
import { chooseUpstream } from "./upstream.ts";
import type { Command, Workbench } from "./workbench.ts";

/** Runs an upstream as a service of the local cluster, and shows it. */
export const simulateUpstream: Command = async (workbench, argument) => {
  const { cluster, files, simulations, starter } = workbench;
  const running = targetOf(workbench, argument);
  if (running && "service" in running) {
    await choose(workbench, running.service, algorithmOf(argument));
    workbench.openTopology(running);
    return;
  }
  const chosen = await chooseUpstream(workbench, argument, "Simulate Upstream");
  if (!chosen) return;
  const { target, upstream, spec, file } = chosen;
  if (cluster.phase === "starting") {
    throw new Error("The cluster is starting. Wait until it runs, then simulate the upstream.");
  }
  let service = simulations.serviceOf(target);
  if (service === undefined) {
    await files.load();
    const plan = starter.planForConfiguration(file);
    service = simulations.nameFor(target, upstream, plan);
    simulations.add(service, target);
    if (!(await starter.runService(plan, service, spec))) {
      simulations.delete(service);
      return;
    }
  }
  await choose(workbench, service, algorithmOf(argument));
  workbench.openTopology({ service });
};

async function choose(
  { cluster }: Workbench,
  service: string,
  algorithm: BalancerId | undefined,
): Promise<void> {
  const current = cluster.snapshot?.services[service]?.algorithm;
  if (algorithm === undefined || current === algorithm) return;
  await cluster.request("chooseBalancer", { service, algorithm });
}

/** The algorithm that a link of the comparison names. */
function algorithmOf(argument: unknown): BalancerId | undefined {
  if (typeof argument !== "object" || argument === null || !("algorithm" in argument)) {
    return undefined;
  }
  return BalancerId.safeParse(argument.algorithm).data;
}

/** Takes a simulated upstream out of the cluster; the cluster ends with the last service. */
export const stopSimulation: Command = async ({ cluster, simulations }, argument) => {
  const service = isUpstreamTarget(argument) ? simulations.serviceOf(argument) : undefined;
  if (service === undefined) return;
  simulations.delete(service);
  const others = Object.keys(cluster.snapshot?.services ?? {}).filter((name) => name !== service);
  if (others.length === 0) await cluster.stop();
  else await cluster.removeService(service);
};

/** Starts a load that fits most upstreams, without a question. */
export const loadUpstream: Command = async (workbench, argument) => {
  const service = await pickService(workbench, argument, "Start Load");
  if (!service) return;
  await workbench.cluster.request("setLoad", {
    service: service.name,
    shape: { kind: "open", arrivals: "poisson", perSecond: QUICK_LOAD_PER_SECOND },
    payload: {},
  });
};
