import { readFile, writeFile } from "node:fs/promises";
import { clusterFileSchema } from "../../simulator/protocol/cluster-file.ts";

/*
 * The cluster file's reference in README.md, made of the schema. `npm run reference` writes it
 * between its marks; a test keeps README.md and schema equal.
 */

type Schema = ReturnType<typeof clusterFileSchema>;

const BEGIN = "<!-- reference: begin -->";
const END = "<!-- reference: end -->";
const README = new URL("../../README.md", import.meta.url);

/** The table of all settings. */
export function clusterFileReference(): string {
  const rows = rowsOf(clusterFileSchema(), "");
  return ["| setting | value | default | |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

/** README.md with the reference of today. */
export function withReference(readme: string): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`README.md lacks the marks ${BEGIN} and ${END}.`);
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${clusterFileReference()}\n\n${readme.slice(end)}`;
}

function rowsOf(schema: Schema, path: string): string[] {
  const rows: string[] = [];
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    if (typeof child === "object") rows.push(...rowsAt(child, path ? `${path}.${key}` : key));
  }
  return rows;
}

function rowsAt(schema: Schema, path: string): string[] {
  if (schema.properties) return [row(path, "", schema), ...rowsOf(schema, path)];
  const items = schema.additionalProperties;
  if (typeof items === "object") {
    return [row(path, "by name", schema), ...rowsOf(items, `${path}.*`)];
  }
  const each = schema.items;
  if (typeof each === "object" && !Array.isArray(each) && each.properties) {
    return [row(path, "list", schema), ...rowsOf(each, `${path}[]`)];
  }
  const branches = schema.anyOf ?? schema.oneOf ?? [];
  const objects = branches.filter((branch) => branch.properties);
  if (objects.length === 0) return [row(path, valueOf(schema), schema)];
  const own = row(
    path,
    branches
      .filter((b) => !b.properties)
      .map(valueOf)
      .join(" or "),
    schema,
  );
  return [own, ...objects.flatMap((branch) => branchRows(branch, path))];
}

/** One alternative of several: its rows carry the constant that chooses it. */
function branchRows(branch: Schema, path: string): string[] {
  const properties = Object.entries(branch.properties ?? {}) as [string, Schema][];
  const tag = properties.find(([, child]) => child.const !== undefined);
  const name = tag ? `${path} { ${tag[0]}: ${String(tag[1].const)} }` : path;
  const rest = properties.filter(([key]) => key !== tag?.[0]);
  const heading = tag && branch.description ? [row(name, "", branch)] : [];
  return [...heading, ...rest.flatMap(([key, child]) => rowsAt(child, `${name} ${key}`))];
}

function row(path: string, value: string, schema: Schema): string {
  const fallback = schema.default;
  const shown =
    fallback === undefined || (typeof fallback === "object" && value === "")
      ? ""
      : `\`${typeof fallback === "string" ? fallback : JSON.stringify(fallback)}\``;
  return `| \`${path}\` | ${value} | ${shown} | ${schema.description ?? ""} |`;
}

function valueOf(schema: Schema): string {
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum) return schema.enum.map((each) => `\`${String(each)}\``).join(", ");
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches) return [...new Set(branches.map(valueOf))].join(" or ");
  if (schema.type === "array") {
    return typeof schema.items === "object" ? `list of ${valueOf(schema.items as Schema)}` : "list";
  }
  if (schema.type === "integer" || schema.type === "number") {
    const { minimum, maximum } = schema;
    const bounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
    if (minimum !== undefined && bounded) return `${String(minimum)} to ${String(maximum)}`;
    return minimum === undefined ? "number" : `${String(minimum)} or more`;
  }
  if (schema.pattern?.includes("ms|s|m|h")) return "duration";
  if (schema.pattern?.startsWith("^\\d+(\\.\\d+){0,2}")) return "version";
  if (schema.pattern?.includes("%")) return "percentage";
  if (schema.type === "boolean") return "`true`, `false`";
  return schema.type === "string" ? "text" : "any JSON";
}

if (import.meta.main) {
  const readme = await readFile(README, "utf8");
  await writeFile(README, withReference(readme));
}
