import { existsSync } from "node:fs";
import { basename, join } from "node:path";

/**
 * Absolute path of one of the programs that are built beside the simulator: `node-host.cjs`,
 * `compiler.cjs`, `guard.cjs`. Run from source, the simulator takes them from the checkout's build.
 */
export function programPath(name: string): string {
  const beside = join(import.meta.dirname, name);
  if (basename(import.meta.dirname) === "simulator" && existsSync(beside)) return beside;
  return join(import.meta.dirname, "..", "..", "..", "dist", "simulator", name);
}
