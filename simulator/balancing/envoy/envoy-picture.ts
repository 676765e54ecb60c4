import type { BalancerPicture } from "../../protocol/balancer-model.ts";
import type { Member } from "../contract.ts";
import type { HostSets } from "./host-sets.ts";
import type { OutlierDetection } from "./outlier-detection.ts";
import type { HostPicker, Policy } from "./policy.ts";

/** Most points of a ring, or slots of a table, that are drawn. */
const MOST_DRAWN = 4096;

interface Drawn {
  readonly members: readonly Member[];
  readonly sets: HostSets;
  readonly policy: Policy;
  readonly pickerOf: (index: number) => HostPicker | undefined;
  readonly outlier: OutlierDetection | undefined;
  readonly now: number;
}

const EJECTIONS = {
  title: "Ejections",
  explanation: "How often outlier detection took it out.",
};

/** What the inspector draws of an Envoy balancer. */
export function pictureOf(drawn: Drawn): BalancerPicture {
  const { members, sets, policy, pickerOf, outlier } = drawn;
  const hosts = hostsOf(drawn);
  const rowOf = new Map(members.map(({ id }, row) => [id, row]));
  const main = sets.priorities.reduce(
    (best, { load }, i) => (load > (sets.priorities[best]?.load ?? 0) ? i : best),
    0,
  );
  const drawing = pickerOf(main)?.drawing?.((host) => rowOf.get(host.id) ?? 0);
  return {
    columns: outlier ? [...policy.columns, EJECTIONS] : [...policy.columns],
    rows: members.map((member) => {
      const host = hosts.get(member.id);
      const figures = host?.figures ?? policy.columns.map(() => null);
      const note = noteOf(member, drawn);
      return {
        instance: member.id,
        ideal: host?.ideal ?? 0,
        figures: outlier ? [...figures, outlier.ejectionOf(member.id).times] : figures,
        ...(note !== undefined && { note }),
      };
    }),
    waiting: 0,
    ...drawing,
  };
}

interface DrawnHost {
  readonly ideal: number;
  readonly figures: (number | null)[];
}

function hostsOf({ sets, pickerOf, now }: Drawn): Map<string, DrawnHost> {
  const drawn = new Map<string, DrawnHost>();
  const empty = sets.priorities.every(({ load, hosts }) => load === 0 || hosts.length === 0);
  for (const [index, { hosts, load }] of sets.priorities.entries()) {
    const picker = pickerOf(index);
    if (!picker) continue;
    const weights = hosts.map((host) => picker.idealOf(host, now));
    const total = weights.reduce((sum, each) => sum + each, 0);
    for (const [i, host] of hosts.entries()) {
      const ideal = empty || total === 0 ? 0 : ((load / 100) * (weights[i] ?? 0)) / total;
      drawn.set(host.id, { ideal, figures: picker.figuresOf(host, i, now) });
    }
  }
  return drawn;
}

function noteOf(member: Member, { sets, outlier, now }: Drawn): string | undefined {
  const { until } = outlier?.ejectionOf(member.id) ?? {};
  if (until !== undefined) {
    const seconds = Math.max(0, Math.ceil((until - now) / 1000));
    return `Ejected, for at least ${String(seconds)}s more.`;
  }
  const priority = sets.priorities[member.server.backup ? 1 : 0];
  if (priority?.panic && sets.ids.has(member.id)) return "Panic: its health is ignored.";
  if (member.excluded === undefined && sets.exclusionOf(member) === "backup") {
    return "A backup: the others can take all calls.";
  }
  if (member.weight === 0) return "Its weight is 0.";
  return undefined;
}

/** Evenly spread places, at most {@link MOST_DRAWN} of `size`. */
export function sampled(size: number): number[] {
  const count = Math.min(size, MOST_DRAWN);
  return Array.from({ length: count }, (_, i) => Math.floor((i * size) / count));
}
