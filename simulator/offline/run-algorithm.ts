import type { BalancerRun } from "../protocol/balancer-model.ts";
import type { BalancerId, ServiceSpec } from "../protocol/spec.ts";
import { summaryOf, type CountedCall } from "./summary.ts";
import { VirtualService, type VirtualCall } from "./virtual-service.ts";
import type { Behaviour } from "./virtual-wire.ts";

/** One call of a stream of traffic. */
export interface TimedCall extends VirtualCall {
  /** When it begins, in ms since the stream's beginning; in ascending order. */
  readonly at: number;
}

export interface Traffic {
  /** Ids of the instances, in the order of the spec's servers. */
  readonly instances: readonly string[];
  readonly calls: readonly TimedCall[];
  /** What an instance does with an attempt that begins at `at`. */
  behave(instance: string, call: TimedCall, at: number): Behaviour;
}

/** Plays traffic through one algorithm in virtual time, by the code of the gateway. */
export async function runAlgorithm(
  name: string,
  spec: ServiceSpec,
  algorithm: BalancerId,
  traffic: Traffic,
): Promise<BalancerRun> {
  const picks = new Map<string, string[]>();
  const underWay = new Map<string, TimedCall>();
  const service: VirtualService = new VirtualService({
    name,
    spec: { ...spec, balancer: { ...spec.balancer, algorithm } },
    seed: 1,
    instances: traffic.instances,
    behave: (member, id) => {
      picks.get(id)?.push(member.id);
      const call = underWay.get(id);
      return call ? traffic.behave(member.id, call, service.clock.elapsed) : "refused";
    },
  });
  const { clock } = service;
  const counted: CountedCall[] = [];
  let number = 0;
  for (const call of traffic.calls) {
    await clock.advanceTo(call.at);
    const id = (++number).toString(16).padStart(16, "0");
    const tried: string[] = [];
    picks.set(id, tried);
    underWay.set(id, call);
    void service.call(call, id).then(({ outcome }) => {
      counted.push({ outcome, ms: clock.elapsed - call.at, picks: tried });
      picks.delete(id);
      underWay.delete(id);
    });
    await clock.settle();
  }
  await clock.runUntil(() => underWay.size === 0);
  return summaryOf(algorithm, counted, service.view.picture().rows);
}
