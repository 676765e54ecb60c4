import type { ServiceView } from "../balancing/service-view.ts";
import { CheckLoop, type CheckLoopDeps } from "../health/check-loop.ts";
import { checkTimesOf } from "../protocol/check-times.ts";
import type { Clock } from "../kernel/clock.ts";
import type { ServiceSpec } from "../protocol/spec.ts";

/** How a check goes: `late` never has an answer, and fails when its time is up. */
export type CheckResult = "passed" | "failed" | "late";

/** Checks of a shorter interval do not decide how far apart the others begin, in ms. */
const SHORT_MS = 1000;

/**
 * Health checks in virtual time. As HAProxy does, the first ones are spread over the shortest
 * interval, in the order of the servers.
 */
export function checkHealth(
  clock: Clock,
  view: ServiceView,
  spec: ServiceSpec,
  instances: readonly string[],
  probe: (slot: number) => CheckResult,
): void {
  const { health, balancer } = spec;
  if (health.kind === "none") return;
  const checks = instances.flatMap((id, slot) => {
    const server = balancer.servers?.[slot];
    if (server?.check === false) return [];
    const check = new CheckLoop({
      clock,
      times: checkTimesOf(health, server),
      version: balancer.version,
      probe: virtualProbe(
        () => probe(slot),
        () => {
          view.checkPassed(id);
        },
      ),
      changed: (status) => {
        view.setHealth(id, status);
      },
    });
    view.suspicions.set(id, (_, onError) => {
      check.suspect(onError);
    });
    return [check];
  });
  const long = checks.map(({ intervalMs }) => intervalMs).filter((ms) => ms >= SHORT_MS);
  const shortest = long.length > 0 ? Math.min(...long) : 0;
  for (const [place, check] of checks.entries()) {
    const spread = Math.max(shortest, check.intervalMs);
    check.begin(Math.floor((spread * place) / checks.length));
  }
}

/** A check whose result is known when it begins. */
export function virtualProbe(
  probe: () => CheckResult,
  passed: () => void = () => undefined,
): CheckLoopDeps["probe"] {
  return (ended) => {
    const result = probe();
    if (result !== "late") ended(result === "passed");
    if (result === "passed") passed();
    return () => {
      ended(false);
    };
  };
}
