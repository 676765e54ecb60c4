import type { FaultTarget } from "./fault-model.ts";

/** `checkout`, `checkout-1`, or `checkout → payments`. */
export function faultTargetText(target: FaultTarget): string {
  if ("instance" in target) return target.instance;
  return "service" in target ? target.service : `${target.from} → ${target.to}`;
}

/** Whether a fault works on all of a service, or on what it calls or is called for. */
export function touchesService(target: FaultTarget, service: string): boolean {
  if ("instance" in target) return false;
  if ("service" in target) return target.service === service;
  return target.from === service || target.to === service;
}
