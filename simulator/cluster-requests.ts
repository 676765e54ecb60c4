import type { Cluster } from "./cluster.ts";
import type { RequestHandlers } from "./protocol/channel.ts";
import { replayCalls } from "./offline/replay.ts";
import type { toolRequests } from "./tool-requests.ts";

/** What the eyes ask of a running cluster. */
export type ClusterRequests = Omit<RequestHandlers, "start" | "stop" | keyof typeof toolRequests>;

/** Answers the requests out of a cluster; what it throws says what was wrong with the request. */
export function clusterRequests(cluster: () => Cluster): ClusterRequests {
  return {
    snapshot: () => cluster().observation.snapshot(),
    invoke: ({ service, payload }) => cluster().invoke(service, payload),
    defineService: async ({ service, spec }) => {
      await cluster().define(service, spec);
      return null;
    },
    removeService: async ({ service }) => {
      await cluster().remove(service);
      return null;
    },
    scale: async ({ service, instances }) => {
      await cluster().scale(service, instances);
      return null;
    },
    chooseBalancer: ({ service, algorithm }) => {
      cluster().service(service).chooseBalancer(algorithm);
      return null;
    },
    setServer: ({ instance, ...change }) => {
      cluster().serviceOf(instance).setServer(instance, change);
      return null;
    },
    tripBreaker: ({ service, durationMs }) => {
      cluster().service(service).circuit.trip(durationMs);
      return null;
    },
    holdBreakerClosed: ({ service }) => {
      cluster().service(service).circuit.holdClosed();
      return null;
    },
    resetBreaker: ({ service }) => {
      cluster().service(service).circuit.reset();
      return null;
    },
    probeBreaker: ({ service }) => {
      cluster().service(service).circuit.probe();
      return null;
    },
    breakerTransitions: ({ service }) => ({
      transitions: [...cluster().service(service).circuit.transitions],
    }),
    injectFault: ({ target, fault, ...options }) =>
      cluster().injector.inject(target, fault, options),
    clearFaults: async ({ ids }) => {
      await cluster().injector.clear(ids);
      return null;
    },
    attachStream: (target) => cluster().streams.attach(target),
    detachStream: async ({ id }) => {
      await cluster().streams.detach(id);
      return null;
    },
    restartInstance: async ({ instance }) => {
      await cluster().restart(instance);
      return null;
    },
    setLoad: ({ service, shape, payload }) => {
      cluster().service(service);
      return cluster().loads.set(service, shape, payload);
    },
    stopLoad: ({ service }) => {
      if (service === undefined) cluster().loads.stopAll();
      else cluster().loads.stop(service);
      return null;
    },
    trace: ({ call }) => ({ calls: cluster().observation.traces.family(call) }),
    findCalls: (query) => ({ calls: cluster().observation.traces.findFamilies(query) }),
    replayCalls: ({ service, algorithms, limit }) => {
      const { spec, view } = cluster().service(service);
      const traces = cluster().observation.traces.find({ service, limit });
      const balancer = { ...spec.balancer, servers: view.servers };
      return replayCalls(service, { ...spec, balancer }, traces, view.picture().rows, algorithms);
    },
    inspectService: ({ service }) => ({
      ...cluster().service(service).inspect(),
      decisions: cluster().observation.decisions.of(service),
    }),
    instanceLog: ({ instance }) => ({ lines: [...cluster().linesOf(instance)] }),
  };
}
