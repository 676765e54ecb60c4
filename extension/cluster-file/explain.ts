import { nodeAt } from "./cursor-place.ts";
import { propertySchema, schemasAt } from "./schema.ts";
import { defaultText, valuesOf } from "./schema-text.ts";

/** What the hover says, as Markdown, and the offsets of what it is about. */
export interface Explanation {
  readonly markdown: string;
  readonly start: number;
  readonly end: number;
}

/** Explains the setting at `offset` of a cluster file; undefined where there is none. */
export function explainClusterFile(text: string, offset: number): Explanation | undefined {
  const node = nodeAt(text, offset);
  if (!node) return undefined;
  const { path, file, start, end } = node;
  const setting = typeof path.at(-1) === "number" ? path.slice(0, -1) : path;
  const schema = propertySchema(setting, file);
  if (!schema) return undefined;
  const own = schemasAt(setting, file);
  const description = schema.description ?? own[0]?.description;
  const isService = setting.length === 2 && setting[0] === "services";
  const lines = [`**${setting.join(".")}**`];
  if (isService)
    lines.push(
      "One service of the cluster. Callers reach it at `POST /" +
        String(setting[1]) +
        "` of the gateway.",
    );
  else if (description) lines.push(description);
  const preset = defaultText(schema);
  if (preset !== undefined) lines.push(`Default: \`${preset}\``);
  const values = [...new Set(own.flatMap(valuesOf))];
  if (values.length > 1) lines.push(`One of: ${values.map((value) => `\`${value}\``).join(", ")}`);
  return { markdown: lines.join("\n\n"), start, end };
}
