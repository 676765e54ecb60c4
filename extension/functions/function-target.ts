import type { Snapshot } from "../../simulator/protocol/model.ts";
import { samePath } from "./function-ref.ts";

/** A function as a CodeLens names it. */
export interface FunctionTarget {
  /** Absolute path. */
  readonly file: string;
  readonly export: string;
}

export function isFunctionTarget(value: unknown): value is FunctionTarget {
  return (
    typeof value === "object" &&
    value !== null &&
    "file" in value &&
    typeof value.file === "string" &&
    "export" in value &&
    typeof value.export === "string"
  );
}

/** Name of the service of the running cluster that runs a function. */
export function runningServiceOf(
  snapshot: Snapshot | undefined,
  target: FunctionTarget,
): string | undefined {
  return Object.values(snapshot?.services ?? {}).find(
    (service) =>
      service.file !== undefined &&
      samePath(service.file, target.file) &&
      service.export === target.export,
  )?.name;
}
