import type { Scope } from "../kernel/scope.ts";

/**
 * Resolves at the first SIGINT or SIGTERM, and after `afterMs` when given. A second signal ends the
 * process at once: its children notice by themselves.
 */
export function stopSignal(scope: Scope, afterMs?: number): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals) => {
      if (asked) process.exit(signal === "SIGINT" ? 130 : 143);
      asked = true;
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
