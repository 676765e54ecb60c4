import type { BreakerStatus } from "./breaker-model.ts";
import type { StreamCommand } from "./stream-model.ts";

/** The state of a command's breaker as far as its stream tells, the same in tree, lens and panel. */
export function commandStatus({
  isOpen,
  settings,
}: Pick<StreamCommand, "isOpen" | "settings">): BreakerStatus {
  if (isTrue(settings.circuitBreakerForceOpen)) return "forced-open";
  if (isTrue(settings.circuitBreakerForceClosed)) return "held-closed";
  return isOpen ? "open" : "closed";
}

/** Whether its calls are refused, by its own rules or because that is forced. */
export function isRefusing(command: Pick<StreamCommand, "isOpen" | "settings">): boolean {
  const status = commandStatus(command);
  return status === "open" || status === "forced-open";
}

/** Turbine adds settings up as texts. */
function isTrue(setting: string | number | boolean | undefined): boolean {
  return setting === true || setting === "true";
}
