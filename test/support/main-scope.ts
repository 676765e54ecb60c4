import { Scope } from "../../simulator/kernel/scope.ts";

/**
 * The scope of a task. Ctrl-C and SIGTERM end it, and then the process; a second one, which also
 * comes when both the terminal and npm pass on the first, changes nothing.
 */
export function mainScope(exitCode: number): Scope {
  const scope = new Scope();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (scope.ended) return;
      process.stderr.write("Stopping …\n");
      scope.dispose().then(
        () => process.exit(exitCode),
        (error: unknown) => {
          process.stderr.write(`${String(error)}\n`);
          process.exit(1);
        },
      );
    });
  }
  return scope;
}
