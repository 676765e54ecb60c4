import type { SpecOf, WireFaultKind } from "./contract.ts";
import { hold } from "./hold.ts";

/**
 * Packets are lost: no connection comes about, and nobody says so. When it heals, those that still
 * wait get through, as TCP sends again.
 */
export const partition: WireFaultKind<SpecOf<"partition">> = {
  id: "partition",
  reach: "wire",
  stage: "connection",
  // It is between two services; the gateway reaches both.
  checks: "none",
  betweenServices: true,
  available: () => true,
  begin: (_spec, { clock, over }) => ({
    strike: () => async (exchange, next) => {
      await hold(clock, undefined, exchange.signal, over);
      return next();
    },
  }),
};
