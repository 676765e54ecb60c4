import type { HaproxyServer } from "./haproxy-server.ts";

/** What a server's limit depends on. */
export interface LimitState {
  /** Calls in the backend, those that wait included. */
  readonly calls: number;
  /** `fullconn`; 0 is none. */
  readonly full: number;
  /** What `slowstart` leaves of it, in percent. */
  readonly percent: number;
}

/**
 * The connections that a server may have now (`srv_dynamic_maxconn`): between `minconn` and
 * `maxconn` by how full the backend is. `Infinity` without a limit.
 */
export function connectionLimit(server: HaproxyServer, state: LimitState): number {
  const { maxConnections, minConnections } = server.member.server;
  const most = Math.max(maxConnections, minConnections);
  if (most === 0) return Infinity;
  const least = minConnections === 0 ? most : minConnections;
  const { calls, full, percent } = state;
  const isStatic = least === most || calls >= full;
  const limit = isStatic ? most : Math.max(least, Math.floor((calls * most) / full));
  return percent >= 100 ? limit : Math.max(1, Math.floor((limit * percent) / 100));
}
