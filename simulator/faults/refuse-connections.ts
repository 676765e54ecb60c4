import { refused } from "./broken.ts";
import type { Around, SpecOf, WireFaultKind } from "./contract.ts";

/** New connections are refused, as if nobody listened. */
export const refuseConnections: WireFaultKind<SpecOf<"refuse-connections">> = {
  id: "refuse-connections",
  reach: "wire",
  stage: "connection",
  checks: "connection",
  available: () => true,
  begin: () => ({ strike: () => refuse }),
};

export const refuse: Around = ({ instance }) => Promise.reject(refused(instance));
