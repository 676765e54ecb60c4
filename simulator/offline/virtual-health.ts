import type { ServiceView } from "../balancing/service-view.ts";
import { RiseAndFall } from "../health/rise-and-fall.ts";
import type { Clock } from "../kernel/clock.ts";
import type { ServiceSpec } from "../protocol/spec.ts";

/**
 * Health checks in virtual time. As HAProxy does, the first ones are spread over one interval, in
 * the order of the servers.
 */
export function checkHealth(
  clock: Clock,
  view: ServiceView,
  spec: ServiceSpec,
  instances: readonly string[],
  isWell: (slot: number) => boolean,
): void {
  const { health, balancer } = spec;
  if (health.kind === "none") return;
  const checked = instances
    .map((id, slot) => ({ id, slot }))
    .filter(({ slot }) => balancer.servers?.[slot]?.check ?? true);
  checked.forEach(({ id, slot }, i) => {
    const state = new RiseAndFall(health);
    const check = () => {
      if (state.add(isWell(slot))) view.setHealth(id, state.status);
      clock.after(state.interval, check);
    };
    clock.after((health.interval * i) / checked.length, check);
    view.suspicions.set(id, (_, onError) => {
      if (state.suspect(onError)) view.setHealth(id, state.status);
    });
  });
}
