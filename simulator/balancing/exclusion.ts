import type { Exclusion, HealthStatus, ServerAdmin } from "../protocol/model.ts";
import type { Server } from "../protocol/spec.ts";

/** Why a member must not be picked: by hand, by the configuration, by its health. */
export function exclusionOf(
  server: Server,
  admin: ServerAdmin | undefined,
  health: HealthStatus,
): Exclusion | undefined {
  if (admin === "drain") return "draining";
  if (admin === "down" || (admin === undefined && server.down)) return "down";
  if (health === "passing") return undefined;
  return health === "failing" ? "unhealthy" : "unchecked";
}
