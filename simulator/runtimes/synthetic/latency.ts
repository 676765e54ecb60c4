import type { Random } from "../../kernel/random.ts";
import type { Latency } from "../../protocol/spec.ts";

/** Draws one answer time in milliseconds, never below 0. */
export function drawLatency(latency: Latency, random: Random): number {
  switch (latency.kind) {
    case "constant":
      return latency.ms;
    case "uniform":
      return latency.min + (latency.max - latency.min) * random.next();
    case "normal":
      return Math.max(0, latency.mean + latency.deviation * standardNormal(random));
    case "exponential":
      return -latency.mean * Math.log(1 - random.next());
  }
}

/** Box and Muller's transform. */
function standardNormal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}
