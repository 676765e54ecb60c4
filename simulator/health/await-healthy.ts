import type { Clock } from "../kernel/clock.ts";
import type { EventLog } from "../kernel/event-log.ts";

export interface AwaitHealthyDeps {
  readonly log: EventLog;
  readonly clock: Clock;
  /** Resolves when an instance may be picked; rejects with the signal's reason. */
  whenEligible(id: string, signal: AbortSignal): Promise<void>;
}

/** Instances that are not healthy by then do not keep the others waiting. */
const LONGEST_MS = 20_000;

/**
 * Waits until all of a service's instances are healthy. One that is not in time is a problem
 * in the facts, and nobody waits for it any longer. Rejects with the signal's reason.
 */
export async function awaitHealthy(
  service: string,
  ids: readonly string[],
  signal: AbortSignal,
  deps: AwaitHealthyDeps,
): Promise<void> {
  const timeout = AbortSignal.timeout(LONGEST_MS);
  const either = AbortSignal.any([timeout, signal]);
  const one = async (id: string) => {
    try {
      await deps.whenEligible(id, either);
    } catch (error) {
      if (signal.aborted || !timeout.aborted) throw error;
      const message = `${id} runs, but its health checks do not pass. Look at the checks and at its log.`;
      const at = deps.clock.now();
      const problem = { key: `health:${id}`, severity: "error" as const, message, service, at };
      deps.log.append({ kind: "problem-found", problem });
    }
  };
  await Promise.all(ids.map(one));
}
