import { WireError } from "../call/contract.ts";

/* What breaks by a fault is told in the words of what breaks by itself (gateway/pooled-wire.ts). */

export function refused(instance: string): WireError {
  return new WireError(`${instance} refused the connection.`);
}

export function brokenOff(instance: string): WireError {
  return new WireError(`${instance} broke the connection off.`);
}
