import type { Runtime } from "./contract.ts";
import { externalRuntime } from "./external/external-runtime.ts";
import { nodeRuntime } from "./node/node-runtime.ts";
import { syntheticRuntime } from "./synthetic/synthetic-runtime.ts";

/** All ways to run instances; the first that runs an instance is taken. */
export const runtimes: readonly Runtime[] = [externalRuntime, nodeRuntime, syntheticRuntime];
