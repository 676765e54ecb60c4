import type { ProcessFaultKind, SpecOf } from "./contract.ts";

/** It crashes some time after each start, until taken back; then it is started at once. */
export const crashLoop: ProcessFaultKind<SpecOf<"crash-loop">> = {
  id: "crash-loop",
  reach: "process",
  lasts: true,
  available: () => true,
  begin({ everyMs }, subject, { clock, over }) {
    let cancel: (() => void) | undefined;
    const crashed = (error: unknown) => {
      failed.reject(error instanceof Error ? error : new Error(String(error)));
    };
    const failed = Promise.withResolvers<undefined>();
    const stop = subject.onServing(() => {
      cancel?.();
      cancel = clock.after(everyMs, () => {
        cancel = undefined;
        subject.crash().catch(crashed);
      });
    });
    const leave = () => {
      stop();
      cancel?.();
    };
    over.addEventListener("abort", leave, { once: true });
    return { begun: failed.promise, end: () => subject.revive() };
  },
};
