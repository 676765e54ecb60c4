import type { FaultSpec } from "../protocol/model.ts";
import type { FaultKind } from "./contract.ts";

/** A graceful stop and a start: it is over when the instance runs again. */
export const restart: FaultKind<Extract<FaultSpec, { kind: "restart" }>> = {
  id: "restart",
  label: "Restart",
  reach: "process",
  available: () => true,
  begin(_spec, subject) {
    const over = subject.restart();
    return { over, end: () => over };
  },
};
