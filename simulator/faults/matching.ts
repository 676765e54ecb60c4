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
    const pattern = patternOf(path);
    tests.push((_, asked) => pattern.test(path.includes("?") ? asked : withoutQuery(asked)));
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

/** `*` stands for anything, slashes too. */
function patternOf(path: string): RegExp {
  const parts = path.split(/\*+/).map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^]*")}$`);
}

function withoutQuery(path: string): string {
  const end = path.indexOf("?");
  return end < 0 ? path : path.slice(0, end);
}

function hasHeader(headers: Headers, name: string, value: string | undefined): boolean {
  return headers.some(([key, text]) => key === name && (value === undefined || text === value));
}
