import type { Exported } from "../contract.ts";
export function writeHaproxy(): Exported {
  return { text: "", findings: [] };
}
