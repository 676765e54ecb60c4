import type { Headers, PassingRequest } from "../call/contract.ts";
import type { FaultMatch } from "../protocol/model.ts";

/** Whether a fault touches a request; `path` is the one that the instance is asked. */
export type Matches = (request: PassingRequest, path: string) => boolean;

/** Makes the test of what a fault is to match; undefined: it matches everything. */
export function matcherOf(match: FaultMatch | undefined): Matches | undefined {
  if (!match) return undefined;
  const { path, method, header, caller } = match;
  const tests: Matches[] = [];
  if (method !== undefined) tests.push((request) => request.method.toUpperCase() === method);
  if (path !== undefined) {
    // `*` stands for anything, slashes too.
    const parts = path.split("*");
    const asksQuery = path.includes("?");
    tests.push((_, asked) => hasParts(asksQuery ? asked : withoutQuery(asked), parts));
  }
  if (header) {
    const name = header.name.toLowerCase();
    tests.push(({ headers }) => hasHeader(headers, name, header.value));
  }
  if (caller !== undefined) tests.push((request) => callerName(request) === caller);
  if (tests.length === 0) return undefined;
  return (request, asked) => tests.every((test) => test(request, asked));
}

/** The service whose function calls, or `load`, `editor`, `external`. */
function callerName({ caller }: PassingRequest): string {
  return caller.kind === "instance" ? caller.service : caller.kind;
}

/** Whether a text has these parts in their order, from its beginning to its end. */
function hasParts(text: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) return text === first;
  if (!text.startsWith(first)) return false;
  // Each as early as possible leaves the most for the rest.
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function withoutQuery(path: string): string {
  const end = path.indexOf("?");
  return end < 0 ? path : path.slice(0, end);
}

function hasHeader(headers: Headers, name: string, value: string | undefined): boolean {
  return headers.some(([key, text]) => key === name && (value === undefined || text === value));
}
