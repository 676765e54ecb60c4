import type { FaultSpec } from "../protocol/model.ts";
import type { FaultKind } from "./contract.ts";

/** SIGKILL: no goodbye, the lease runs out by itself. Taken back by starting it again. */
export const kill: FaultKind<Extract<FaultSpec, { kind: "kill" }>> = {
  id: "kill",
  label: "Kill",
  reach: "process",
  available: () => true,
  begin(_spec, subject) {
    const begun = subject.kill();
    return {
      begun,
      async end() {
        await begun;
        await subject.restart();
      },
    };
  },
};
