import type { Schema } from "./schema.ts";

/** The values that a schema lists, as they are written. */
export function valuesOf(schema: Schema): string[] {
  if (schema.enum) return schema.enum.map(String);
  if (schema.const !== undefined) return [String(schema.const)];
  return schema.type === "boolean" ? ["true", "false"] : [];
}

/** A default as it is written in YAML; undefined where it says nothing. */
export function defaultText(schema: Schema): string | undefined {
  const { default: preset } = schema;
  if (preset === undefined) return undefined;
  const text = typeof preset === "string" ? preset : JSON.stringify(preset);
  return text === "{}" ? undefined : text;
}
