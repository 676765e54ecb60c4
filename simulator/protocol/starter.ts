import type { ServiceFile } from "./spec.ts";

/**
 * The service that a function becomes when it is added to a cluster by a click: every layer of the
 * call once, with settings that a newcomer can read.
 * @param functionRef `<file>#<export>`, the file relative to the cluster file
 */
export function starterService(functionRef: string, instances: number): ServiceFile {
  return {
    function: functionRef,
    instances,
    timeout: "1s",
    retry: { attempts: 2 },
    breaker: { engine: "consecutive" },
    bulkhead: { concurrent: 10 },
  };
}
