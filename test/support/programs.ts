import { findProgram } from "./required-programs.ts";

/**
 * Path of a program that a test runs against, or undefined when it is not installed: then the
 * test is to be skipped (`describe.skipIf`). With CI=true a missing program is a failure.
 */
export function requireProgram(...names: readonly string[]): string | undefined {
  const path = findProgram(...names);
  if (path === undefined && process.env.CI === "true") {
    throw new Error(
      `${names.join(" or ")} is not installed, and CI=true forbids to skip its tests.`,
    );
  }
  return path;
}
