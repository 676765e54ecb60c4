import type { AttemptEnd } from "../contract.ts";
import type { HaproxyServer } from "./haproxy-server.ts";

/** Statuses from 500 on that say nothing against a server. */
const HARMLESS: ReadonlySet<number> = new Set([501, 505]);

/**
 * HAProxy's `observe`: whether an attempt counts as an error of its server, as none, or not at all
 * (undefined).
 */
function isError(observe: "layer4" | "layer7", end: AttemptEnd | "unreached"): boolean | undefined {
  if (end === "unreached") return true;
  if (end.outcome === "canceled") return undefined;
  if (!end.sent) return true;
  if (observe === "layer4") return false;
  // HAProxy looks at no response that it throws away to ask again.
  if (end.again) return undefined;
  const { status } = end;
  return status === undefined || (status >= 500 && !HARMLESS.has(status));
}

/** Counts an attempt's end; answers whether the server has reached its `error-limit`. */
export function hasReachedErrorLimit(
  server: HaproxyServer,
  end: AttemptEnd | "unreached",
): boolean {
  const { observe, errorLimit, check } = server.member.server;
  // Without checks there is nobody who could bring it back, and HAProxy observes nothing.
  if (observe === "none" || !check) return false;
  const error = isError(observe, end);
  if (error === undefined) return false;
  server.errors = error ? server.errors + 1 : 0;
  if (server.errors < errorLimit) return false;
  server.errors = 0;
  return true;
}
