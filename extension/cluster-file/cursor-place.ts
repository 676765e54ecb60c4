import { isCollection, isMap, isPair, isScalar, isSeq, parseDocument, visit } from "yaml";
import type { Path } from "./schema.ts";

/** Where the cursor stands in a cluster file. */
export interface CursorPlace {
  /** Path of the value there; where a key is being typed, of the mapping around it. */
  readonly path: Path;
  /** A key can be typed here; the keys that the mapping has already. */
  readonly keys?: readonly string[];
  /** A value can be typed here. */
  readonly value: boolean;
  /** The file around the cursor, as far as it can be read. */
  readonly file: unknown;
  /** Offsets of the word that is being typed. */
  readonly start: number;
  readonly end: number;
}

/** Stands in for the word at the cursor, so that a file that is being typed has a node there. */
const MARK = "fuseboardcursormark";
const WORD = /[\w$.#/%-]/;

/** Where the cursor at `offset` stands; undefined inside a comment or broken text. */
export function cursorPlace(text: string, offset: number): CursorPlace | undefined {
  let [start, end] = [offset, offset];
  while (start > 0 && WORD.test(text.charAt(start - 1))) start--;
  while (end < text.length && WORD.test(text.charAt(end))) end++;
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  if (/(^|\s)#/.test(text.slice(lineStart, start))) return undefined;

  const document = parseDocument(text.slice(0, start) + MARK + text.slice(end));
  let found: CursorPlace | undefined;
  visit(document, {
    Scalar(position, scalar, ancestors) {
      if (scalar.value !== MARK) return undefined;
      const path = pathOf(ancestors, scalar);
      const pair = ancestors.at(-1);
      const mapping = ancestors.at(-2);
      const file: unknown = withoutMark(document.toJS());
      if (isPair(pair) && position === "key" && isMap(mapping)) {
        found = { path: path.slice(0, -1), keys: keysOf(mapping), value: false, file, start, end };
      } else {
        // Alone on its line, it may as well become the first key of a mapping.
        const alone = text.slice(lineStart, start).trim() === "";
        found = { path, value: true, file, start, end, ...(alone && { keys: [] }) };
      }
      return visit.BREAK;
    },
  });
  return found;
}

/** The path of the node at an offset, and whether it is a key; undefined between nodes. */
export function nodeAt(
  text: string,
  offset: number,
): { path: Path; key: boolean; start: number; end: number; file: unknown } | undefined {
  const document = parseDocument(text);
  let found: ReturnType<typeof nodeAt>;
  visit(document, {
    Scalar(position, scalar, ancestors) {
      const [start, end] = scalar.range ?? [0, 0];
      if (offset < start || offset > end || start === end) return undefined;
      const path = pathOf(ancestors, scalar);
      const file: unknown = document.toJS();
      found = { path, key: position === "key", start, end, file };
      return visit.BREAK;
    },
  });
  return found;
}

function pathOf(ancestors: readonly unknown[], node: unknown): Path {
  const path: (string | number)[] = [];
  for (const [index, ancestor] of ancestors.entries()) {
    const child = ancestors[index + 1] ?? node;
    if (isPair(ancestor)) path.push(String(isScalar(ancestor.key) ? ancestor.key.value : ""));
    else if (isSeq(ancestor)) path.push(ancestor.items.indexOf(child));
  }
  return path;
}

function keysOf(mapping: unknown): string[] {
  if (!isMap(mapping) || !isCollection(mapping)) return [];
  return mapping.items.flatMap(({ key }) =>
    isScalar(key) && typeof key.value === "string" && key.value !== MARK ? [key.value] : [],
  );
}

function withoutMark(value: unknown): unknown {
  if (value === MARK) return undefined;
  if (Array.isArray(value)) return value.map(withoutMark);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      key === MARK ? [] : [[key, withoutMark(inner)]],
    ),
  );
}
