import { basename, join } from "node:path";

/**
 * Absolute path of one of the programs that are built beside the simulator, such as
 * `node-host.cjs`. Run from source, the simulator takes them from the checkout's build.
 */
export function programPath(name: string): string {
  const here = import.meta.dirname;
  return basename(here) === "simulator"
    ? join(here, name)
    : join(here, "..", "..", "dist", "simulator", name);
}
