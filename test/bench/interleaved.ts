import { median } from "./load.ts";

const ROUNDS = 15;
const ROUND_MS = 60;

/** The processor's time that this thread has used, in ms: others on the machine do not count. */
function usedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/**
 * Microseconds of one run of each, measured in turns so that all have the same machine; the median
 * of some rounds after two to warm up.
 */
export async function microsecondsOfEach(
  subjects: ReadonlyMap<string, () => Promise<unknown>>,
): Promise<ReadonlyMap<string, number>> {
  const runs = new Map<string, number>();
  const rounds = new Map([...subjects.keys()].map((name) => [name, [] as number[]]));
  for (let round = -2; round < ROUNDS; round++) {
    for (const [name, run] of subjects) {
      let count = runs.get(name) ?? 1000;
      const took = await timeOf(run, count);
      if (round >= 0) rounds.get(name)?.push(took / count);
      count = Math.max(1000, Math.ceil((count * ROUND_MS) / Math.max(took, 1)));
      runs.set(name, count);
    }
  }
  return new Map([...rounds].map(([name, values]) => [name, median(values) * 1000]));
}

async function timeOf(run: () => Promise<unknown>, count: number): Promise<number> {
  const began = usedMs();
  for (let i = 0; i < count; i++) await run();
  return usedMs() - began;
}
