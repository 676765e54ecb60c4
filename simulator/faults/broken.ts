import { WireError, type BegunAnswer } from "../call/contract.ts";

/* What breaks by a fault is told in the words of what breaks by itself (gateway/pooled-wire.ts). */

export function refused(instance: string): WireError {
  return new WireError(`${instance} refused the connection.`);
}

/** `begun`: what had come of the answer by then. */
export function brokenOff(instance: string, begun?: BegunAnswer): WireError {
  return new WireError(`${instance} broke the connection off.`, begun);
}
