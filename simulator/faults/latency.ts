import { pause } from "../kernel/pause.ts";
import type { FaultSpec } from "../protocol/model.ts";
import type { FaultKind } from "./contract.ts";

/** Every answer comes later by `ms` ± `jitterMs`, uniformly. */
export const latency: FaultKind<Extract<FaultSpec, { kind: "latency" }>> = {
  id: "latency",
  label: "Added latency",
  reach: "wire",
  available: () => true,
  begin({ ms, jitterMs }, _subject, { random, clock }) {
    const hold = (signal: AbortSignal) =>
      pause(clock, Math.max(0, ms + (random.next() * 2 - 1) * jitterMs), signal);
    return {
      passage: () => ({ kinds: ["latency"], hold }),
      hitsChecks: true,
      end: () => Promise.resolve(),
    };
  },
};
