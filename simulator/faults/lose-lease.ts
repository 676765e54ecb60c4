import type { ProcessFaultKind, SpecOf } from "./contract.ts";

/** Its lease runs out although it runs and is well: discovery forgets it. */
export const loseLease: ProcessFaultKind<SpecOf<"lose-lease">> = {
  id: "lose-lease",
  reach: "process",
  lasts: true,
  available: () => true,
  begin(_spec, subject) {
    subject.loseLease();
    return {
      end() {
        subject.regainLease();
        return Promise.resolve();
      },
    };
  },
};
