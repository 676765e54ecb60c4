import type { Directive } from "./parser.ts";

/** A `location`: how it matches, and what. */
export interface Location {
  readonly kind: "prefix" | "exact" | "expression" | "named";
  readonly name: string;
}

const MODIFIERS: Readonly<Record<string, Location["kind"]>> = {
  "=": "exact",
  "^~": "prefix",
  "~": "expression",
  "~*": "expression",
};

/** Reads the words of a `location` as nginx does; a string is its complaint. */
export function parseLocation(directive: Directive): Location | string {
  const [, first = "", second] = directive.words.map(({ text }) => text);
  if (second !== undefined) {
    const kind = MODIFIERS[first];
    return kind ? { kind, name: second } : `invalid location modifier "${first}"`;
  }
  const [, modifier = "", name = ""] = /^(=|\^~|~\*|~|)([\s\S]*)$/.exec(first) ?? [];
  const kind = MODIFIERS[modifier];
  if (kind) return { kind, name };
  return { kind: first.startsWith("@") ? "named" : "prefix", name: first };
}

/** nginx's complaint about a location in another, if it has one. */
export function misplaced(inner: Location, outer: Location): string | undefined {
  const [a, b] = [`location "${inner.name}"`, `location "${outer.name}"`];
  if (outer.kind === "exact") return `${a} cannot be inside the exact ${b}`;
  if (outer.kind === "named") return `${a} cannot be inside the named ${b}`;
  if (inner.kind === "named") return `named ${a} can be on the server level only`;
  if (inner.kind !== "expression" && !inner.name.startsWith(outer.name)) {
    return `${a} is outside ${b}`;
  }
  return undefined;
}
