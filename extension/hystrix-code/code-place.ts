import type { Node } from "@vscode/tree-sitter-wasm";
import type { CodePlace } from "./hystrix-code.ts";

/** Where a node stands, in lines and UTF-16 columns from 0. */
export function placeOf({ startPosition, endPosition }: Node): CodePlace {
  return {
    line: startPosition.row,
    column: startPosition.column,
    endLine: endPosition.row,
    endColumn: endPosition.column,
  };
}
