import { brokenOff } from "./broken.ts";
import type { Around, SpecOf, WireFaultKind } from "./contract.ts";

/** The connection is reset once the request went out; the instance does not see it. */
export const reset: WireFaultKind<SpecOf<"reset">> = {
  id: "reset",
  reach: "wire",
  stage: "answer",
  checks: "answer",
  available: () => true,
  begin: () => ({ strike: () => breakOff }),
};

export const breakOff: Around = (exchange) => {
  exchange.sent();
  return Promise.reject(brokenOff(exchange.instance));
};
