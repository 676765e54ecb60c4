import { awaitHealthy } from "./health/await-healthy.ts";
import type { Supervisor } from "./instances/supervisor.ts";
import { systemClock } from "./kernel/clock.ts";
import type { EventLog } from "./kernel/event-log.ts";
import type { Services } from "./services.ts";

/** Resolves when all instances that run may be picked. */
export async function allHealthy(
  services: Services,
  supervisor: Supervisor,
  log: EventLog,
  signal: AbortSignal,
): Promise<void> {
  const waiting = services.names.map((name) => {
    const instances = supervisor.instancesOf(name);
    const ids = instances.filter(({ phase }) => phase === "running").map(({ id }) => id);
    const service = services.get(name);
    return awaitHealthy(name, ids, signal, {
      log,
      clock: systemClock,
      whenEligible: (id, givingUp) => service.whenEligible(id, givingUp),
    });
  });
  await Promise.all(waiting);
}
