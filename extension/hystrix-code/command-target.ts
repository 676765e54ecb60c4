import { CommandTraffic } from "../../simulator/protocol/command-run-model.ts";

/** A command of Go code, as a CodeLens or a link of a page names it. */
export interface CommandTarget {
  /** Address of the document. */
  readonly code: string;
  readonly command: string;
  /** Where it was asked for, from 0: of several configurations or uses the one there. */
  readonly line: number;
}

export function isCommandTarget(value: unknown): value is CommandTarget {
  return (
    typeof value === "object" &&
    value !== null &&
    "code" in value &&
    typeof value.code === "string" &&
    "command" in value &&
    typeof value.command === "string" &&
    "line" in value &&
    typeof value.line === "number"
  );
}

/** The traffic that a link brings along; undefined when it brings none that can be. */
export function trafficIn(value: unknown): CommandTraffic | undefined {
  if (typeof value !== "object" || value === null || !("traffic" in value)) return undefined;
  const parsed = CommandTraffic.safeParse(value.traffic);
  return parsed.success ? parsed.data : undefined;
}
