import { fileURLToPath } from "node:url";
import type { ErrorLocation } from "../../kernel/errors.ts";

/** `<file or URL>:<line>` or `:<line>:<column>` at the end of a line of a stack. */
const PLACE = /(file:\/\/[^\s()]+?|\/[^():]+?|[A-Za-z]:\\[^():]+?):(\d+)(?::(\d+))?\)?$/;

/** Where an error came from: its own word, or the first place in the user's files on its stack. */
export function locationOf(error: unknown): ErrorLocation | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("location" in error) return error.location as ErrorLocation;
  for (const line of (error.stack ?? "").split("\n")) {
    if (!isUserFrame(line)) continue;
    const [, place, lineText, columnText] = PLACE.exec(line.trim()) ?? [];
    if (place === undefined) continue;
    return {
      file: place.startsWith("file:") ? fileURLToPath(place) : place,
      line: Number(lineText),
      ...(columnText !== undefined && { column: Number(columnText) }),
    };
  }
  return undefined;
}

/** The stack of an error without the frames of Node and of this program. */
export function userStack(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const lines = (error.stack ?? error.message).split("\n");
  return lines.filter((line) => !/^\s+at /.test(line) || isUserFrame(line)).join("\n");
}

/** Not Node's, not a package's and not this program's, under its own name or its sources'. */
function isUserFrame(line: string): boolean {
  return !/node:|node_modules|simulator[\\/](node-host\.cjs|runtimes[\\/]node[\\/])/.test(line);
}
