import type { Server, ServiceSpec } from "./spec.ts";

/** When a server is checked and what is made of it; times in ms. */
export type CheckTimes = Omit<ServiceSpec["health"], "kind" | "http">;

/** The times of a server's checks: what it says itself goes before its service. */
export function checkTimesOf(
  health: ServiceSpec["health"],
  server: Server | undefined,
): CheckTimes {
  const { interval, fastInterval, downInterval, timeout, rise, fall } = {
    ...health,
    ...server?.health,
  };
  return { interval, fastInterval, downInterval, timeout, rise, fall };
}
