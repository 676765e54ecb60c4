import { cutShort } from "./cut-short.ts";
import type { SpecOf, WireFaultKind } from "./contract.ts";

/** The function runs, the head of its answer comes, and the connection breaks off. */
export const abortAfterHead: WireFaultKind<SpecOf<"abort-after-head">> = {
  id: "abort-after-head",
  reach: "wire",
  stage: "answer",
  checks: "none",
  available: () => true,
  begin: () => ({
    strike: () => async (exchange, next) => cutShort(await next(), 0, exchange),
  }),
};
