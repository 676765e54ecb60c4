import type { FaultSpec } from "../protocol/model.ts";
import type { FaultKind } from "./contract.ts";

/** SIGSTOP: connections are still accepted by the kernel, nobody answers. Taken back by SIGCONT. */
export const freeze: FaultKind<Extract<FaultSpec, { kind: "freeze" }>> = {
  id: "freeze",
  label: "Freeze",
  reach: "process",
  available: (platform) => platform !== "win32",
  begin(_spec, subject) {
    subject.freeze?.();
    return {
      end() {
        subject.thaw?.();
        return Promise.resolve();
      },
    };
  },
};
