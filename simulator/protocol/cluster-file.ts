import { isScalar, LineCounter, parseDocument, visit, type Document } from "yaml";
import { z } from "zod";
import { issueSentence } from "./issue-sentence.ts";
import { wrongReferences } from "./references.ts";
import { ClusterSpec } from "./spec.ts";
import { formatDuration, formatPercentage, formatSize } from "./units.ts";

/** One error of a cluster file. Lines and columns are 1-based; the end is exclusive. */
export interface ClusterFileError {
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** What {@link parseClusterFile} found: the spec, or at least one error. */
export type ParsedClusterFile =
  | { readonly ok: true; readonly spec: ClusterSpec }
  | { readonly ok: false; readonly errors: readonly ClusterFileError[] };

/**
 * Parses the text of a `fuseboard.yaml`. Never throws; every error names line and column.
 * References between services (`calls`, `fallback.service`) are checked too.
 */
export function parseClusterFile(text: string): ParsedClusterFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (start: number, end: number, message: string): ClusterFileError => {
    const from = lines.linePos(start);
    const to = lines.linePos(Math.max(end, start + 1));
    return { message, line: from.line, column: from.col, endLine: to.line, endColumn: to.col };
  };
  if (document.errors.length > 0) {
    return { ok: false, errors: document.errors.map((e) => at(e.pos[0], e.pos[1], e.message)) };
  }
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    // An alias without its anchor, or aliases that unfold to something huge.
    const message = error instanceof Error ? error.message : String(error);
    const [start, end] = firstAliasOf(document);
    return { ok: false, errors: [at(start, end, message)] };
  }
  const parsed = ClusterSpec.safeParse(content ?? {});
  const issues: { path: readonly PropertyKey[]; message: string; key?: string }[] = parsed.success
    ? wrongReferences(parsed.data)
    : parsed.error.issues.flatMap(explain);
  if (parsed.success && issues.length === 0) return { ok: true, spec: parsed.data };
  return {
    ok: false,
    errors: issues.map(({ path, message, key }) => {
      const [start, end] = rangeOf(document, path, key);
      return at(start, end, message);
    }),
  };
}

/** One sentence a mistake; of a union the branch that came nearest. */
function explain(
  issue: z.core.$ZodIssue,
): { path: readonly PropertyKey[]; message: string; key?: string }[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: issue.path,
      key,
      message: `Unknown setting "${key}".`,
    }));
  }
  if (issue.code === "invalid_key") {
    const [path, key] = [issue.path.slice(0, -1), String(issue.path.at(-1))];
    return issue.issues.map(({ message }) => ({ path, key, message }));
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const depth = (branch: readonly z.core.$ZodIssue[]) => {
      // What is not there brings a branch no nearer.
      const there = branch.filter((inner) => !isMissing(inner));
      return Math.max(0, ...there.map((inner) => inner.path.length)) * 10 - branch.length;
    };
    const nearest = [...issue.errors].sort((a, b) => depth(b) - depth(a))[0] ?? [];
    return nearest.flatMap((inner) => explain({ ...inner, path: [...issue.path, ...inner.path] }));
  }
  return [{ path: issue.path, message: sentenceOf(issue) }];
}

/** Whether all that is wrong is that something is not there. */
function isMissing(issue: z.core.$ZodIssue): boolean {
  return issue.code === "invalid_union"
    ? issue.errors.some((branch) => branch.some(isMissing))
    : issue.message.endsWith("received undefined");
}

/** What is wrong, without zod's own words for it. */
function sentenceOf(issue: z.core.$ZodIssue): string {
  const text = issue.message.replace(/^Invalid (input: |discriminator value. )/, "");
  const name = issue.path.at(-1);
  if (typeof name === "string") {
    if (/^expected .*, received undefined$/.test(text)) return `Missing setting "${name}".`;
    const values =
      issue.code === "invalid_value"
        ? issue.values.map(String)
        : (/^Expected ('.*')$/.exec(text)?.[1]?.split(" | ") ?? []).map((value) =>
            value.slice(1, -1),
          );
    if (values.length > 0) {
      return `"${name}" must be ${values.length > 1 ? "one of " : ""}${values.join(", ")}.`;
    }
  }
  if (name === undefined && issue.code === "invalid_type") {
    return "Expected a cluster file, which begins with `version: 1` and `services:`.";
  }
  return issueSentence(issue);
}

/** Offsets of the node at a path: its key where `key` is given, its nearest parent otherwise. */
function rangeOf(
  document: Document.Parsed,
  path: readonly PropertyKey[],
  key?: string,
): [number, number] {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (!isRanged(node)) continue;
    if (key !== undefined && length === path.length && hasItems(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (pair && isRanged(pair.key)) return [pair.key.range[0], pair.key.range[1]];
    }
    if (length < path.length && length > 0) {
      const parent = document.getIn(path.slice(0, length - 1), true);
      const name = path[length - 1];
      if (hasItems(parent)) {
        const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === name);
        if (pair && isRanged(pair.key)) return [pair.key.range[0], pair.key.range[1]];
      }
    }
    return [node.range[0], node.range[1]];
  }
  return [0, 1];
}

/** Offsets of the first alias that has no anchor, else of the first alias. */
function firstAliasOf(document: Document.Parsed): [number, number] {
  let found: [number, number] | undefined;
  visit(document, {
    Alias: (_key, alias) => {
      const isResolved = alias.resolve(document) !== undefined;
      if (!found || !isResolved) found = [alias.range?.[0] ?? 0, alias.range?.[1] ?? 1];
      return isResolved ? undefined : visit.BREAK;
    },
  });
  return found ?? [0, 1];
}

function isRanged(node: unknown): node is { range: [number, number, number] } {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range);
}

function hasItems(node: unknown): node is { items: { key: unknown }[] } {
  return typeof node === "object" && node !== null && "items" in node && Array.isArray(node.items);
}

/** The JSON schema of the cluster file, for editors and for the reference in README.md. */
export function clusterFileSchema(): z.core.JSONSchema.JSONSchema {
  return z.toJSONSchema(ClusterSpec, {
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      const definition = zodSchema._zod.def;
      if (definition.type !== "default" || jsonSchema.default !== undefined) return;
      const preset = writtenDefault(
        (definition as { defaultValue?: unknown }).defaultValue,
        jsonSchema,
      );
      if (preset !== undefined) jsonSchema.default = preset;
    },
  });
}

/** A default of parsed form (milliseconds, fractions) as it would be written. */
function writtenDefault(value: unknown, { pattern }: { pattern?: string }): string | undefined {
  if (typeof value !== "number") return undefined;
  if (pattern?.includes("ms|s|m|h")) return formatDuration(value);
  if (pattern?.includes("%")) return formatPercentage(value);
  return formatSize(value);
}
