import type { ProcessFaultKind, SpecOf } from "./contract.ts";

/** SIGSTOP: connections are still accepted by the kernel, nobody answers. Taken back by SIGCONT. */
export const freeze: ProcessFaultKind<SpecOf<"freeze">> = {
  id: "freeze",
  reach: "process",
  lasts: false,
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
