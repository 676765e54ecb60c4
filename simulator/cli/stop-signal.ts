import type { Scope } from "../kernel/scope.ts";

/** One Ctrl-C comes twice when both the terminal and npm pass it on; so close, it is one. */
const SAME_STOP_MS = 500;

/**
 * Resolves at the first SIGINT or SIGTERM, and after `afterMs` when given. A second signal ends the
 * process at once: its children notice by themselves.
 */
export function stopSignal(scope: Scope, afterMs?: number): Promise<void> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const onSignal = (signal: NodeJS.Signals) => {
      askedAt ??= performance.now();
      const again = performance.now() - askedAt > SAME_STOP_MS;
      if (again) process.exit(signal === "SIGINT" ? 130 : 143);
      resolve();
    };
    process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
    const timer = afterMs === undefined ? undefined : setTimeout(resolve, afterMs);
    scope.add(() => {
      process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
      clearTimeout(timer);
    });
  });
}
