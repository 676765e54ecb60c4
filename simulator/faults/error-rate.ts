import type { FaultSpec } from "../protocol/model.ts";
import type { FaultKind } from "./contract.ts";

/** A share of the calls is answered with a status and never reaches the function. */
export const errorRate: FaultKind<Extract<FaultSpec, { kind: "error-rate" }>> = {
  id: "error-rate",
  label: "Error rate",
  reach: "wire",
  available: () => true,
  begin({ rate, status }, _subject, { random }) {
    return {
      passage: () => (random.next() < rate ? { kinds: ["error-rate"], status } : undefined),
      end: () => Promise.resolve(),
    };
  },
};
