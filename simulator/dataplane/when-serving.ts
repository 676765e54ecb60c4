import { FuseboardError } from "../kernel/errors.ts";
import { systemClock } from "../kernel/clock.ts";
import { pause } from "../kernel/pause.ts";
import { accepts } from "./free-port.ts";
import type { Prompted } from "./program-process.ts";

const LOOK_MS = 5;
const START_MS = 15_000;

/**
 * Resolves when a program that was just started accepts connections, and `begun` says that it is
 * the program that does. Rejects with its own words
 * when it ends instead, or does not begin to serve in time.
 */
export async function whenServing(
  label: string,
  process: Prompted,
  port: number,
  ask: { begun: () => boolean; complaint: (line: string) => string | undefined },
  signal: AbortSignal,
): Promise<void> {
  const deadline = systemClock.now() + START_MS;
  while (!ask.begun() || !(await accepts(port))) {
    if (process.hasExited) {
      await process.exited;
      const words = process.lines
        .map((line) => ask.complaint(line))
        .find((each) => each !== undefined);
      const message = words ?? `${label} ended: ${process.lines.at(-1) ?? "it said nothing"}`;
      throw new FuseboardError("program-failed", message);
    }
    if (systemClock.now() > deadline) {
      const message = `${label} did not begin to serve within ${START_MS / 1000}s.`;
      throw new FuseboardError("program-failed", message);
    }
    await pause(systemClock, LOOK_MS, signal);
  }
}
