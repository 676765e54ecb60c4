import { cutShort } from "./cut-short.ts";
import type { SpecOf, WireFaultKind } from "./contract.ts";

/** The connection breaks off after so many bytes of the body; one that is shorter passes. */
export const truncatedBody: WireFaultKind<SpecOf<"truncated-body">> = {
  id: "truncated-body",
  reach: "wire",
  stage: "body",
  checks: "none",
  available: () => true,
  begin: ({ bytes }) => ({
    strike: () => async (exchange, next) => {
      const response = await next();
      const { body } = response;
      if (Buffer.isBuffer(body) && body.length <= bytes) return response;
      return cutShort(response, bytes, exchange);
    },
  }),
};
