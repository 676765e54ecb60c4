/** What Envoy knows of the hosts of one priority. */
export interface PriorityHealth {
  readonly hosts: number;
  readonly healthy: number;
}

/** What becomes of one priority. */
export interface PriorityLoad {
  /** Share of the calls in percent, a whole number; all priorities together have 100. */
  readonly load: number;
  /** Whether its hosts' health is ignored. */
  readonly panic: boolean;
}

/** So many percent of the hosts may be gone before a priority gives load away. */
const OVERPROVISIONING = 140;

/**
 * Envoy's distribution of load over priorities and its panic mode, in its whole numbers
 * (`recalculatePerPriorityState`, `recalculatePerPriorityPanic`). `threshold` is in percent.
 */
export function priorityLoads(
  priorities: readonly PriorityHealth[],
  threshold: number,
): PriorityLoad[] {
  const health = priorities.map(({ hosts, healthy }) =>
    hosts === 0 ? 0 : Math.min(100, Math.floor((OVERPROVISIONING * healthy) / hosts)),
  );
  const available = Math.min(100, sum(health));
  if (available === 0 && threshold === 0) {
    return priorities.map((_, i) => ({ load: i === 0 ? 100 : 0, panic: false }));
  }
  const panic = priorities.map(
    ({ hosts, healthy }) =>
      available < 100 && (hosts === 0 ? 0 : (100 * healthy) / hosts) < threshold,
  );
  const loads = panic.every(Boolean) ? byHosts(priorities) : byHealth(health, available);
  return loads.map((load, i) => ({ load, panic: panic[i] ?? false }));
}

/** As much as possible to the first priorities; what rounding leaves over to the first healthy. */
function byHealth(health: readonly number[], available: number): number[] {
  let rest = 100;
  const loads = health.map((each) => {
    const load = Math.min(rest, Math.floor((each * 100) / available));
    rest -= load;
    return load;
  });
  const first = health.findIndex((each) => each > 0);
  return loads.map((load, i) => (i === first ? load + rest : load));
}

/** When all panic: by the number of hosts, whatever their health. */
function byHosts(priorities: readonly PriorityHealth[]): number[] {
  const total = sum(priorities.map(({ hosts }) => hosts));
  if (total === 0) return priorities.map((_, i) => (i === 0 ? 100 : 0));
  const loads = priorities.map(({ hosts }) => Math.floor((100 * hosts) / total));
  const rest = 100 - sum(loads);
  const first = priorities.findIndex(({ hosts }) => hosts > 0);
  return loads.map((load, i) => (i === first ? load + rest : load));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
