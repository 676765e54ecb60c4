import type { Runtime } from "./contract.ts";
import { nodeRuntime } from "./node/node-runtime.ts";
import { syntheticRuntime } from "./synthetic/synthetic-runtime.ts";

/** All ways to run instances; the first that runs a service's spec is taken. */
export const runtimes: readonly Runtime[] = [nodeRuntime, syntheticRuntime];
