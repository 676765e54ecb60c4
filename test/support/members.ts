import type { Balancer, Member } from "../../simulator/balancing/contract.ts";
import type { Exclusion } from "../../simulator/protocol/model.ts";

const NOBODY: ReadonlySet<string> = new Set();

/** A member as tests change it. */
export interface MutableMember extends Member {
  excluded: Exclusion | undefined;
}

/** Members `svc-1`, `svc-2`, … of these weights, all eligible and idle. */
export function membersOf(weights: readonly number[]): MutableMember[] {
  return weights.map((weight, i) => ({
    id: `svc-${String(i + 1)}`,
    host: "127.0.0.1",
    port: 10_000 + i,
    weight,
    excluded: undefined,
    load: { inFlight: 0 },
  }));
}

/** The ordinals of so many picks in a row, each idle again before the next: `112131`. */
export function idlePicks(balancer: Balancer, count: number): string {
  return Array.from({ length: count }, () => {
    const { member } = balancer.pick({ tried: NOBODY }, false);
    return member?.id.replace("svc-", "") ?? "-";
  }).join("");
}
