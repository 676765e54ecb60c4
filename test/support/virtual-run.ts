import { vi } from "vitest";
import type { AttemptResult } from "../../simulator/call/contract.ts";

/** Lets the time of vitest's fake timers pass until a call has ended; its result, and how long it took. */
export async function finish(
  running: Promise<AttemptResult>,
): Promise<{ result: AttemptResult; ms: number }> {
  const startedAt = Date.now();
  let endedAt: number | undefined;
  void running.finally(() => (endedAt = Date.now()));
  await vi.advanceTimersByTimeAsync(0);
  while (endedAt === undefined) await vi.advanceTimersToNextTimerAsync();
  return { result: await running, ms: endedAt - startedAt };
}
