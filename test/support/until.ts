import { setTimeout as pause } from "node:timers/promises";

/**
 * Asks `condition` again and again, for what no event tells of. Answers whether it became true
 * within `timeoutMs`.
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  { timeoutMs, everyMs = 50 }: { timeoutMs: number; everyMs?: number },
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() >= deadline) return false;
    await pause(everyMs);
  }
}
