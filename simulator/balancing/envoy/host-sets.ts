import type { Exclusion } from "../../protocol/model.ts";
import type { Member } from "../contract.ts";
import { priorityLoads, type PriorityLoad } from "./priority-loads.ts";

/** The hosts of one priority; backups are of priority 1. */
export interface Priority extends PriorityLoad {
  /** Among whom a pick may choose: the healthy ones, or all of them in panic. */
  readonly hosts: readonly Member[];
  readonly healthy: number;
  readonly total: number;
}

/** Envoy's host sets: who may be picked at all, by priority. */
export class HostSets {
  readonly priorities: readonly Priority[];
  /** Everyone who is a host, and those that are healthy, by their ids. */
  readonly ids = new Set<string>();
  readonly healthyIds = new Set<string>();

  /** `threshold` of the panic is in percent. */
  constructor(members: readonly Member[], isEjected: (id: string) => boolean, threshold: number) {
    const all: [Member[], Member[]] = [[], []];
    const healthy: [Member[], Member[]] = [[], []];
    for (const member of members) {
      if (!isHost(member)) continue;
      const priority = member.server.backup ? 1 : 0;
      all[priority].push(member);
      this.ids.add(member.id);
      if (member.excluded !== undefined || isEjected(member.id)) continue;
      healthy[priority].push(member);
      this.healthyIds.add(member.id);
    }
    const used: (0 | 1)[] = all[1].length > 0 ? [0, 1] : [0];
    const loads = priorityLoads(
      used.map((i) => ({ hosts: all[i].length, healthy: healthy[i].length })),
      threshold,
    );
    this.priorities = used.map((i) => {
      const { load = 0, panic = false } = loads[i] ?? {};
      const hosts = panic ? all[i] : healthy[i];
      return { load, panic, hosts, healthy: healthy[i].length, total: all[i].length };
    });
  }

  /** Why a member cannot be picked in this state, where it is not its own exclusion. */
  exclusionOf(member: Member): Exclusion | undefined {
    const priority = this.priorities[member.server.backup ? 1 : 0];
    if (member.weight === 0) return "no-weight";
    if (priority?.panic) return undefined;
    if (!this.healthyIds.has(member.id)) return "ejected";
    return member.server.backup && priority?.load === 0 ? "backup" : undefined;
  }

  /** The member as a candidate: in panic its bad health does not exclude it. */
  candidateOf(member: Member): Member {
    const panic = this.priorities[member.server.backup ? 1 : 0]?.panic === true;
    const isLifted = panic && member.excluded !== undefined && this.ids.has(member.id);
    return isLifted ? { ...member, excluded: undefined } : member;
  }
}

/** Whom Envoy counts: what was taken out by hand, or has no weight, is no host. */
function isHost({ excluded, weight }: Member): boolean {
  const counts = excluded === undefined || excluded === "unhealthy" || excluded === "unchecked";
  return counts && weight > 0;
}
