import type { Node } from "@vscode/tree-sitter-wasm";

const EVENT = /^_?event$/;
const CONTEXT = /^_?(context|ctx)$/;

/**
 * Whether parameters are those of a cluster's function: `(event)` or `(event, context)`. An event
 * taken apart, `({ sku }, context)`, counts when the context tells it from any other function.
 */
export function hasFunctionSignature(parameters: Node): boolean {
  const nodes = parameters.type === "formal_parameters" ? parameters.namedChildren : [parameters];
  const names = nodes.flatMap((node) => (node && node.type !== "comment" ? [nameOf(node)] : []));
  const [event, context] = names;
  if (event === undefined || names.length > 2) return false;
  if (context !== undefined && !CONTEXT.test(context)) return false;
  return EVENT.test(event) || (event === "{}" && context !== undefined);
}

/** A parameter's name; `{}` when it is taken apart. */
function nameOf(parameter: Node): string {
  const pattern =
    parameter.childForFieldName("pattern") ?? parameter.childForFieldName("left") ?? parameter;
  return pattern.type === "object_pattern" ? "{}" : pattern.text;
}

/** The JSON after `@example` in the comment right above a statement; undefined without one. */
export function exampleOf(statement: Node): string | undefined {
  const comment = statement.previousNamedSibling;
  if (comment?.type !== "comment") return undefined;
  const lines = comment.text
    .split("\n")
    .map((line) => line.replace(/^\s*(\/\*\*|\*\/|\*)?\s?/, ""));
  const tag = lines.findIndex((line) => line.startsWith("@example"));
  if (tag < 0) return undefined;
  const following = [lines[tag]?.slice("@example".length) ?? "", ...lines.slice(tag + 1)];
  const end = following.findIndex((line, index) => index > 0 && line.startsWith("@"));
  const text = following
    .slice(0, end < 0 ? undefined : end)
    .join("\n")
    .replace(/\*\/\s*$/, "")
    .trim();
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    // Prose or code: an example for readers, not a payload.
    return undefined;
  }
}
