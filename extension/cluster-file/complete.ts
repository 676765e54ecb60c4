import { cursorPlace, type CursorPlace } from "./cursor-place.ts";
import { propertySchema, schemasAt, type Schema } from "./schema.ts";
import { valuesOf } from "./schema-text.ts";

/** One proposal at the cursor. */
export interface Proposal {
  readonly label: string;
  readonly kind: "key" | "value" | "service" | "function";
  readonly detail?: string;
  readonly documentation?: string;
  /** A snippet, with `$0` where the cursor goes. */
  readonly snippet: string;
}

export interface Proposals {
  /** Offsets of the text that a proposal replaces. */
  readonly start: number;
  readonly end: number;
  readonly items: readonly Proposal[];
}

/** What can be written at `offset` of a cluster file. @param functionRefs functions at hand */
export function completeClusterFile(
  text: string,
  offset: number,
  functionRefs: readonly string[],
): Proposals | undefined {
  const place = cursorPlace(text, offset);
  if (!place) return undefined;
  const items = [
    ...keyProposals(place),
    ...(place.value ? valueProposals(place, functionRefs) : []),
  ];
  return { start: place.start, end: place.end, items };
}

function keyProposals({ keys, path, file }: CursorPlace): Proposal[] {
  if (!keys) return [];
  const proposals = new Map<string, Proposal>();
  for (const schema of schemasAt(path, file)) {
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      if (keys.includes(name) || proposals.has(name)) continue;
      const described = propertySchema([...path, name], file) ?? property;
      proposals.set(name, {
        label: name,
        kind: "key",
        ...(described.description && { documentation: described.description }),
        snippet: keySnippet(name, described),
      });
    }
  }
  return [...proposals.values()];
}

function keySnippet(name: string, schema: Schema): string {
  const inner = schema.anyOf?.[0] ?? schema.oneOf?.[0] ?? schema;
  if (name === "fallback" || name === "retry") return `${name}: { $0 }`;
  if (inner.type === "array") return `${name}: [$0]`;
  if (inner.type === "object" && name !== "services") return `${name}: { $0 }`;
  if (name === "services") return `${name}:\n  $0`;
  const [only] = valuesOf({ const: inner.const });
  if (only !== undefined) return `${name}: ${only}$0`;
  return `${name}: $0`;
}

function valueProposals(place: CursorPlace, functionRefs: readonly string[]): Proposal[] {
  const { path, file } = place;
  const name = path.at(-1);
  if (name === "function" && path.length === 3) {
    return functionRefs.map((ref) => ({ label: ref, kind: "function", snippet: escape(ref) }));
  }
  const takesServices =
    (path[2] === "calls" && typeof name === "number") ||
    (path[2] === "fallback" && name === "service");
  if (takesServices && path[0] === "services") {
    return serviceNames(file)
      .filter((service) => service !== path[1])
      .map((service) => ({ label: service, kind: "service", snippet: escape(service) }));
  }
  const preset = propertySchema(path, file)?.default;
  const values = new Set(schemasAt(path, file).flatMap(valuesOf));
  if (typeof preset === "string" || typeof preset === "number") values.add(String(preset));
  return [...values].map((value) => ({
    label: value,
    kind: "value",
    ...(String(preset) === value && { detail: "default" }),
    snippet: escape(value),
  }));
}

function serviceNames(file: unknown): string[] {
  if (typeof file !== "object" || file === null || !("services" in file)) return [];
  const { services } = file;
  return typeof services === "object" && services !== null ? Object.keys(services) : [];
}

const escape = (text: string) => text.replace(/[\\$}]/g, "\\$&");
