import type { InstanceState, Snapshot } from "../../simulator/protocol/model.ts";
import { instancesOf, isUp, serverOf } from "../cluster/summary.ts";

/** The time over which shares are measured. */
const WINDOW_MS = 10_000;
/** Picks below which a share says nothing. */
const FEWEST_PICKS = 20;

interface Sample {
  readonly at: number;
  /** Picks so far, by instance. */
  readonly picks: ReadonlyMap<string, number>;
}

/** How far the picks of the last seconds are from what the weights say, by service. */
export class RecentShares {
  readonly #samples = new Map<string, Sample[]>();

  /**
   * Half the sum of |share − ideal share| over the last 10s: 0 is as the weights say; undefined
   * without enough picks. Each call adds a sample.
   */
  imbalance(snapshot: Snapshot, service: string, now: number): number | undefined {
    const instances = instancesOf(snapshot, service);
    const picks = new Map(
      instances.map(({ id }) => [id, snapshot.counters.instances[id]?.picks ?? 0]),
    );
    const samples = (this.#samples.get(service) ?? []).filter(({ at }) => now - at <= WINDOW_MS);
    const [oldest] = samples;
    this.#samples.set(service, [...samples, { at: now, picks }]);
    const recent = new Map(
      [...picks].map(([id, count]) => [id, Math.max(0, count - (oldest?.picks.get(id) ?? 0))]),
    );
    const total = sum([...recent.values()]);
    const weights = weightsOf(snapshot, instances, service);
    const weight = sum([...weights.values()]);
    if (total < FEWEST_PICKS || weight === 0) return undefined;
    const apart = instances.map(({ id }) =>
      Math.abs((recent.get(id) ?? 0) / total - (weights.get(id) ?? 0) / weight),
    );
    return sum(apart) / 2;
  }
}

/** Weights of those that can get calls: the backups when no other can. */
function weightsOf(
  snapshot: Snapshot,
  instances: readonly InstanceState[],
  service: string,
): Map<string, number> {
  const state = snapshot.services[service];
  const usable = instances.flatMap((instance) => {
    const server = serverOf(instance, state);
    const down = instance.admin === undefined ? server?.down : instance.admin !== "ready";
    return isUp(instance, snapshot) && down !== true
      ? [{ instance, backup: server?.backup === true }]
      : [];
  });
  const primary = usable.filter(({ backup }) => !backup);
  return new Map(
    (primary.length > 0 ? primary : usable).map(({ instance }) => [instance.id, instance.weight]),
  );
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
