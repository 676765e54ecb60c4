import type { ProcessFaultKind, SpecOf } from "./contract.ts";

/** A graceful stop and a start: it is over when the instance runs again. */
export const restart: ProcessFaultKind<SpecOf<"restart">> = {
  id: "restart",
  reach: "process",
  lasts: false,
  available: () => true,
  begin(_spec, subject) {
    const done = subject.restart();
    return { done, end: () => done };
  },
};
