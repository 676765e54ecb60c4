import type { ProcessFaultKind, SpecOf } from "./contract.ts";

/** SIGKILL: no goodbye, the lease runs out by itself. Taken back by starting it again. */
export const kill: ProcessFaultKind<SpecOf<"kill">> = {
  id: "kill",
  reach: "process",
  lasts: false,
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
